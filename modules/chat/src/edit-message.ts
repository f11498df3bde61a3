import { type Clock, fail, type PeopleDirectory, type Principal, sql, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { logChange } from './change-log.ts';
import { chatErrors } from './chat-errors.ts';
import { requireSend } from './chat-policies.ts';
import type { Message } from './contract.ts';
import { lockMessage, requireOwnAndRecent } from './find-message.ts';
import { mentionedIds } from './mentions.ts';
import type { MessageViews } from './message-views.ts';
import type { RoomAccess } from './room-access.ts';

export type EditMessage = (zone: ZoneContext, principal: Principal, messageId: string, body: string) => Promise<Message>;

/** [CH37] The same words change nothing. */
export function createEditMessage(deps: {
  access: RoomAccess;
  views: MessageViews;
  people: PeopleDirectory;
  broadcasts: Broadcasts;
  clock: Clock;
}): EditMessage {
  return async (zone, principal, messageId, body) => {
    const named = mentionedIds(body);
    const existing = named.length === 0 ? new Set<string>() : await deps.people.existing(zone, named);
    const mentions = named.filter((id) => existing.has(id));
    const place = await zone.db.transaction(async (tx) => {
      const found = await lockMessage(tx, deps.access, zone, principal, messageId);
      const now = deps.clock.now();
      requireOwnAndRecent(found, principal, now);
      requireSend(found.standing);
      if (body.trim() === '' && found.message.file_ids === null) fail(chatErrors.empty_message);
      if (found.message.body === body) return found.place;
      const { roomId, seq } = found.place;
      await tx.run(
        sql(
          'update chat.messages set body = $3, mentions = $4::text[], edited_at = $5 where room_id = $1 and seq = $2',
          roomId,
          seq,
          body,
          mentions.length === 0 ? null : mentions,
          now,
        ),
      );
      const rev = await logChange(tx, { roomId, seq, kind: 'edited', at: now });
      tx.afterCommit(() =>
        deps.broadcasts.change(zone.zone.id, {
          kind: 'edited',
          roomId,
          id: messageId,
          seq,
          rev,
          body,
          mentions,
          editedAt: now.toISOString(),
        }),
      );
      return found.place;
    });
    const message = await deps.views.find(zone, place.roomId, place.seq, principal.id);
    if (message === undefined) fail(chatErrors.message_not_found);
    return message;
  };
}
