import { type Principal, statement, type ZoneContext } from '@madang/kernel';
import { readChanges } from './change-log.ts';
import { type Change, JOIN_CHANGES, JOIN_MESSAGES, type Message, PAGE_DEFAULT } from './contract.ts';
import { type MessageRow, type MessageViews, messageColumns } from './message-views.ts';
import type { RoomAccessRow } from './room-access.ts';

const messagesAfter = statement<MessageRow, [roomId: string, viewerId: string, after: number, upTo: number, limit: number]>(
  'chat.messages_after',
  `select ${messageColumns('m', '$2', '$1')} from chat.messages m
   where m.room_id = $1 and m.seq > $3 and m.seq <= $4 order by m.seq limit $5`,
);

export interface Missed {
  readonly seq: number;
  readonly rev: number;
  readonly firstSeq: number;
  readonly messages: Message[];
  readonly changes: Change[];
  readonly more: boolean;
  readonly reset: boolean;
}
export type CatchUp = (
  zone: ZoneContext,
  principal: Principal,
  room: RoomAccessRow,
  since: { after?: number | null | undefined; rev?: number | null | undefined },
) => Promise<Missed>;

/**
 * [CH22]–[CH24] What a client missed, up to the heads of `room`, which was read before: everything up to a head is then
 * visible, and messages are as of that `rev` or later.
 */
export function createCatchUp(deps: { views: MessageViews }): CatchUp {
  return async (zone, principal, room, since) => {
    const { seq, rev } = room;
    const asked = { after: cap(since.after, seq), rev: cap(since.rev, rev) };
    const swept = asked.after !== undefined && asked.after < room.first_seq - 1 && asked.after !== 0;
    const forgotten = asked.rev !== undefined && asked.rev < room.first_rev - 1;
    const reset = swept || forgotten;
    const fromHead = reset || asked.after === undefined;
    const after = fromHead ? Math.max(seq - PAGE_DEFAULT, room.first_seq - 1) : Math.max(asked.after ?? 0, room.first_seq - 1);
    const wantsChanges = !reset && asked.rev !== undefined && asked.rev < rev;
    const [rows, changes] = await Promise.all([
      after >= seq ? [] : zone.db.many(messagesAfter(room.id, principal.id, after, seq, JOIN_MESSAGES)),
      wantsChanges ? readChanges(zone.db, room.id, asked.rev ?? 0, rev, JOIN_CHANGES) : [],
    ]);
    const cutMessages = rows.length > 0 && (rows.at(-1)?.seq ?? 0) < seq;
    const cutChanges = changes.length > 0 && (changes.at(-1)?.rev ?? 0) < rev;
    return {
      seq,
      rev,
      firstSeq: room.first_seq,
      messages: await deps.views.present(zone, room.id, rows),
      changes,
      more: cutMessages || cutChanges,
      reset,
    };
  };
}

const cap = (asked: number | null | undefined, head: number): number | undefined => (asked == null ? undefined : Math.min(asked, head));
