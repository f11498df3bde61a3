import { readInBatches } from '@madang/db/batches';
import { fail, type Principal, requestErrors, sql, statement, type ZoneContext } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import type { Message } from './contract.ts';
import { isRoomId } from './message-id.ts';
import { type MessageRow, type MessageViews, messageColumns } from './message-views.ts';
import { accessColumns, accessProbes, READ_GATHER_MS, type RoomAccess, type RoomAccessRow } from './room-access.ts';

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

type PageRow = {
  readonly place: number;
  readonly is_room: boolean;
  readonly message_seq: number;
  readonly message_rev: number;
} & RoomAccessRow &
  MessageRow;
interface FoundPage {
  readonly room: RoomAccessRow;
  readonly rows: readonly PageRow[];
}
type PageKey = [roomId: string, personId: string, edge: string, limit: string];

/**
 * Access and page of everyone who asked, in one statement: the first row of each is the room as the person stands to it, the
 * others are messages, so that nothing of the room is sent fifty times. By key, whatever the depth.
 */
const pages = (name: string, edge: string, order: string) =>
  statement<PageRow, [rooms: readonly string[], people: readonly string[], edges: readonly string[], limits: readonly string[]]>(
    name,
    `with asked as materialized (
       select * from unnest((select $1::text[]), (select $2::text[]), (select $3::bigint[]), (select $4::integer[]))
         with ordinality p(room_id, person_id, edge, most, place)
     )
     select * from (
       select p.place, true as is_room, ${accessColumns},
         null::bigint as message_seq, null::bigint as message_rev, null::text as sender_id, null::text as client_id, null::text as body,
         null::bigint as reply_to, null::text[] as file_ids, null::text[] as mentions, null::timestamptz as created_at,
         null::timestamptz as edited_at, null::timestamptz as deleted_at, null::jsonb as reply, null::jsonb as reactions
       from asked p ${accessProbes('p.room_id', 'p.person_id')}
       union all
       select p.place, false, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, x.*
       from asked p
       cross join lateral (select ${messageColumns('m', 'p.person_id', 'p.room_id')} from chat.messages m
         where m.room_id = p.room_id and m.seq ${edge} p.edge order by m.seq ${order} limit p.most) x
     ) page order by place, message_seq desc nulls first`,
  );

const readPages = (query: ReturnType<typeof pages>) =>
  readInBatches<FoundPage>(
    async (db, keys) => {
      const asked = keys.map((key) => key.split(' ') as PageKey);
      const rows = await db.many(
        query(
          asked.map(([roomId]) => roomId),
          asked.map(([, personId]) => personId),
          asked.map(([, , edge]) => edge),
          asked.map(([, , , limit]) => limit),
        ),
      );
      const found = new Map<string, { room: RoomAccessRow; rows: PageRow[] }>();
      for (const row of rows) {
        const key = keys[row.place - 1] as string;
        // a room that is not there has no row of its own, and whatever is left of its messages is nobody's
        if (row.is_room) found.set(key, { room: row, rows: [] });
        else found.get(key)?.rows.push(row);
      }
      return found;
    },
    { intervalMs: READ_GATHER_MS },
  );

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
  const readers = {
    before: readPages(pages('chat.pages_before', '<', 'desc')),
    after: readPages(pages('chat.pages_after', '>', 'asc')),
  };
  const read = async (
    zone: ZoneContext,
    principal: Principal,
    roomId: string,
    direction: 'before' | 'after',
    seq: number,
    limit: number,
  ) => {
    const found = await readers[direction](zone.db, `${roomId} ${principal.id} ${seq} ${limit}`);
    const { row } = await deps.access.judge(zone, principal, found?.room);
    return { row, rows: found?.rows.map(asMessageRow) ?? [] };
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
