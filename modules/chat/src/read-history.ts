import { fail, type Principal, requestErrors, sql, statement, type ZoneContext } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import type { Message } from './contract.ts';
import { isRoomId } from './message-id.ts';
import { type MessageRow, type MessageViews, messageColumns } from './message-views.ts';
import { accessColumns, accessJoins, type RoomAccess, type RoomAccessRow } from './room-access.ts';

export interface HistoryRequest {
  readonly cursor?: string | undefined;
  readonly direction: 'before' | 'after';
  readonly limit: number;
  readonly at?: string | undefined;
  readonly around?: number | undefined;
}
export interface HistoryPage {
  /** Newest first. */
  readonly items: Message[];
  readonly nextCursor: string | undefined;
}
export type ReadHistory = (zone: ZoneContext, principal: Principal, roomId: string, request: HistoryRequest) => Promise<HistoryPage>;

type PageRow = { readonly is_room: boolean; readonly message_seq: number; readonly message_rev: number } & RoomAccessRow & MessageRow;

/**
 * Access and page in one statement: the first row is the room as the person stands to it, the others are messages, so that
 * nothing of the room is sent fifty times. By key, whatever the depth.
 */
const page = (name: string, edge: string, order: string) =>
  statement<PageRow, [roomId: string, personId: string, seq: number, limit: number]>(
    name,
    `select * from (
       select true as is_room, ${accessColumns},
         null::bigint as message_seq, null::bigint as message_rev, null::text as sender_id, null::text as client_id, null::text as body,
         null::bigint as reply_to, null::text[] as file_ids, null::text[] as mentions, null::timestamptz as created_at,
         null::timestamptz as edited_at, null::timestamptz as deleted_at, null::jsonb as reply, null::jsonb as reactions
       from chat.rooms r ${accessJoins('$2')} where r.id = $1 and r.deleted_at is null
       union all
       select false, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, p.*
       from (select ${messageColumns('m', '$2', '$1')} from chat.messages m
             where m.room_id = $1 and m.seq ${edge} $3 order by m.seq ${order} limit $4) p
     ) page order by message_seq desc nulls first`,
  );
const pageBefore = page('chat.page_before', '<', 'desc');
const pageAfter = page('chat.page_after', '>', 'asc');

/** [CH52] Places have no holes and times do not decrease along them: a binary search of some twenty index probes. */
const findPlaceAt = (roomId: string, at: Date, first: number, head: number) =>
  sql<{ seq: number }>(
    `with recursive search(low, high) as (
       select $3::bigint, $4::bigint + 1
       union all
       select case when early then mid + 1 else low end, case when early then high else mid end
       from (select s.low, s.high, (s.low + s.high) / 2 as mid,
                    (select m.created_at < $2::timestamptz from chat.messages m where m.room_id = $1 and m.seq = (s.low + s.high) / 2) as early
             from search s where s.low < s.high) step
     ) select low as seq from search where low = high`,
    roomId,
    at,
    first,
    head,
  );

export function createReadHistory(deps: { access: RoomAccess; views: MessageViews }): ReadHistory {
  const read = async (
    zone: ZoneContext,
    principal: Principal,
    roomId: string,
    direction: 'before' | 'after',
    seq: number,
    limit: number,
  ) => {
    const query = direction === 'before' ? pageBefore : pageAfter;
    const rows = await zone.db.many(query(roomId, principal.id, seq, limit));
    const { row } = await deps.access.judge(zone, principal, rows[0]?.is_room === true ? rows[0] : undefined);
    return { row, rows: rows.slice(1).map(asMessageRow) };
  };

  const readAround = async (zone: ZoneContext, principal: Principal, roomId: string, request: HistoryRequest): Promise<HistoryPage> => {
    const { row } = await deps.access.reach(zone, principal, roomId);
    const wanted =
      request.at === undefined
        ? (request.around ?? 0)
        : (await zone.db.one(findPlaceAt(roomId, new Date(request.at), row.first_seq, row.seq))).seq;
    const centre = Math.min(Math.max(wanted, row.first_seq), Math.max(row.seq, row.first_seq));
    // Half of the page is older than the place asked for; near the head the page is filled from below.
    const top = Math.min(row.seq, Math.max(centre + Math.ceil(request.limit / 2) - 1, row.first_seq + request.limit - 1));
    const found = await read(zone, principal, roomId, 'before', top + 1, request.limit);
    const oldest = found.rows.at(-1)?.seq;
    return {
      items: await deps.views.present(zone, roomId, found.rows),
      nextCursor: oldest !== undefined && oldest > found.row.first_seq ? String(oldest) : undefined,
    };
  };

  return async (zone, principal, roomId, request) => {
    if (!isRoomId(roomId)) fail(chatErrors.room_not_found);
    if (request.at !== undefined || request.around !== undefined) return readAround(zone, principal, roomId, request);
    const before = request.direction === 'before';
    const cursor = request.cursor === undefined ? undefined : parseCursor(request.cursor);
    const edge = cursor ?? (before ? Number.MAX_SAFE_INTEGER : 0);
    const { row, rows } = await read(zone, principal, roomId, request.direction, edge, request.limit);
    const last = before ? rows.at(-1)?.seq : rows[0]?.seq;
    const more = last !== undefined && (before ? last > row.first_seq : last < row.seq);
    return { items: await deps.views.present(zone, roomId, rows), nextCursor: more ? String(last) : undefined };
  };
}

const asMessageRow = (row: PageRow): MessageRow => ({
  seq: row.message_seq,
  rev: row.message_rev,
  sender_id: row.sender_id,
  client_id: row.client_id,
  body: row.body,
  reply_to: row.reply_to,
  file_ids: row.file_ids,
  mentions: row.mentions,
  created_at: row.created_at,
  edited_at: row.edited_at,
  deleted_at: row.deleted_at,
  reply: row.reply,
  reactions: row.reactions,
});

function parseCursor(cursor: string): number {
  const seq = /^\d{1,16}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (!Number.isSafeInteger(seq)) {
    fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'a cursor is a sequence number' }] });
  }
  return seq;
}
