import { type Clock, fail, type Principal, requestErrors, sql, type ZoneContext } from '@madang/kernel';
import type { z } from 'zod';
import type { Broadcasts } from './broadcasts.ts';
import { logChange } from './change-log.ts';
import { chatErrors } from './chat-errors.ts';
import { requireSend } from './chat-policies.ts';
import type { reactionResult } from './contract.ts';
import { lockMessage } from './find-message.ts';
import type { RoomAccess } from './room-access.ts';

const MOST_DIFFERENT = 40;

export type React = (
  zone: ZoneContext,
  principal: Principal,
  input: { messageId: string; reaction: string; on: boolean },
) => Promise<z.output<typeof reactionResult>>;

/** [CH39] Sets or takes back; what is so already changes nothing and raises no revision. */
export function createReact(deps: { access: RoomAccess; broadcasts: Broadcasts; clock: Clock }): React {
  return (zone, principal, { messageId, reaction, on }) => {
    if (reaction.trim() === '') fail(requestErrors.invalid, { detail: 'a reaction is not blank' });
    return zone.db.transaction(async (tx) => {
      const found = await lockMessage(tx, deps.access, zone, principal, messageId);
      requireSend(found.standing);
      const now = deps.clock.now();
      const { roomId, seq } = found.place;
      const held = await tx.one(
        sql<{ count: number; mine: boolean; kinds: number }>(
          `select count(*) filter (where reaction = $3) as count, coalesce(bool_or(user_id = $4) filter (where reaction = $3), false) as mine,
                  count(distinct reaction) as kinds
           from chat.reactions where room_id = $1 and seq = $2`,
          roomId,
          seq,
          reaction,
          principal.id,
        ),
      );
      if (held.mine === on) {
        const { rev } = await tx.one(sql<{ rev: number }>('select rev from chat.messages where room_id = $1 and seq = $2', roomId, seq));
        return { id: messageId, seq, rev, reaction, count: held.count, mine: on };
      }
      if (on && held.count === 0 && held.kinds >= MOST_DIFFERENT) fail(chatErrors.too_many_reactions);
      await tx.run(
        on
          ? sql(
              `insert into chat.reactions (zone_id, room_id, seq, reaction, user_id, created_at) values (madang.zone(), $1, $2, $3, $4, $5)`,
              roomId,
              seq,
              reaction,
              principal.id,
              now,
            )
          : sql(
              'delete from chat.reactions where room_id = $1 and seq = $2 and reaction = $3 and user_id = $4',
              roomId,
              seq,
              reaction,
              principal.id,
            ),
      );
      if (on && held.kinds === 0) await tx.run(sql('update chat.messages set reacted = true where room_id = $1 and seq = $2', roomId, seq));
      const count = held.count + (on ? 1 : -1);
      const payload = { reaction, userId: principal.id, on, count };
      const rev = await logChange(tx, { roomId, seq, kind: 'reaction', payload, at: now });
      tx.afterCommit(() => deps.broadcasts.change(zone.zone.id, { kind: 'reaction', roomId, id: messageId, seq, rev, ...payload }));
      return { id: messageId, seq, rev, reaction, count, mine: on };
    });
  };
}
