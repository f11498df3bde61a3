import { type Queries, statement } from '@madang/kernel';
import type { Change } from './contract.ts';
import { messageId } from './message-id.ts';

/** The revision a change takes; the caller holds the room's row lock [CH20]. */
const nextRev = statement<{ rev: number }, [roomId: string, seq: number, kind: string, payload: unknown, at: Date]>(
  'chat.log_change',
  `with head as (
     update chat.rooms set rev = rev + 1 where id = $1 returning rev
   ), logged as (
     insert into chat.changes (zone_id, room_id, rev, seq, kind, payload, at)
     select madang.zone(), $1, head.rev, $2::bigint, $3, $4::jsonb, $5::timestamptz from head
   ), touched as (
     update chat.messages m set rev = head.rev from head where m.room_id = $1 and m.seq = $2::bigint
   )
   select rev from head`,
);
export async function logChange(
  tx: Queries,
  change: { roomId: string; seq: number; kind: Change['kind']; payload?: Readonly<Record<string, unknown>>; at: Date },
): Promise<number> {
  return (await tx.one(nextRev(change.roomId, change.seq, change.kind, change.payload ?? null, change.at))).rev;
}

interface ChangeRow {
  readonly rev: number;
  readonly seq: number;
  readonly kind: Change['kind'];
  readonly payload: { reaction: string; userId: string; on: boolean; count: number } | null;
  readonly at: Date;
  readonly body: string | null;
  readonly mentions: string[] | null;
  readonly edited_at: Date | null;
  readonly deleted_at: Date | null;
}
const changesAfter = statement<ChangeRow, [roomId: string, after: number, upTo: number, limit: number]>(
  'chat.changes_after',
  `select c.rev, c.seq, c.kind, c.payload, c.at, m.body, m.mentions, m.edited_at, m.deleted_at
   from chat.changes c left join chat.messages m on m.room_id = c.room_id and m.seq = c.seq
   where c.room_id = (select $1::text) and c.rev > (select $2::bigint) and c.rev <= (select $3::bigint)
   order by c.rev limit (select $4::bigint)`,
);

/** Ascending. The words of an edit are those of now; what was since deleted or swept is a deletion [CH23]. */
export async function readChanges(db: Queries, roomId: string, after: number, upTo: number, limit: number): Promise<Change[]> {
  const rows = await db.many(changesAfter(roomId, after, upTo, limit));
  return rows.map((row) => {
    const place = { roomId, id: messageId(roomId, row.seq), seq: row.seq, rev: row.rev };
    if (row.kind === 'deleted' || row.deleted_at !== null || row.body === null) {
      return { kind: 'deleted', ...place, deletedAt: (row.deleted_at ?? row.at).toISOString() };
    }
    if (row.kind === 'reaction' && row.payload !== null) return { kind: 'reaction', ...place, ...row.payload };
    return { kind: 'edited', ...place, body: row.body, mentions: row.mentions ?? [], editedAt: (row.edited_at ?? row.at).toISOString() };
  });
}
