import { fail, type Principal, requestErrors, sql, statement, type ZoneContext } from '@madang/kernel';
import type { SearchHit, Visibility } from './contract.ts';
import type { MessageViews } from './message-views.ts';
import type { RoomAccess } from './room-access.ts';
import { searchPattern } from './search-query.ts';

export type SearchMessages = (
  zone: ZoneContext,
  principal: Principal,
  request: { q: string; roomId?: string; cursor?: string | undefined; limit: number },
) => Promise<{ items: SearchHit[]; nextCursor: string | undefined }>;

/** The one statement that looks at words: the function applies the zone and, without a room, what the person may read. */
const findPlaces = statement<
  { room_id: string; seq: number },
  [
    personId: string,
    roomId: string | null,
    word: string,
    likes: boolean,
    rest: readonly string[],
    beforeAt: Date | 'infinity',
    beforeRoom: string,
    beforeSeq: number,
    limit: number,
  ]
>('chat.search_messages', 'select room_id, seq from chat.find_messages($1, $2, $3, $4, $5::text[], $6::timestamptz, $7, $8, $9)');

/** [CH54] Newest first. */
export function createSearchMessages(deps: { access: RoomAccess; views: MessageViews }): SearchMessages {
  return async (zone, principal, { q, roomId, cursor, limit }) => {
    if (roomId !== undefined) await deps.access.reach(zone, principal, roomId);
    else if (!zone.zone.features.includes('rooms')) fail(requestErrors.not_found);
    const pattern = searchPattern(q);
    if (pattern === undefined) return { items: [], nextCursor: undefined };
    const after = parseCursor(cursor);
    const places = await zone.db.many(
      findPlaces(principal.id, roomId ?? null, pattern.word, pattern.likes, pattern.rest, after.at, after.roomId, after.seq, limit + 1),
    );
    const page = places.slice(0, limit).map((place) => ({ roomId: place.room_id, seq: place.seq }));
    const [messages, rooms] = await Promise.all([
      deps.views.findAll(zone, page, principal.id),
      zone.db.many(
        sql<{ id: string; name: string; visibility: Visibility }>(
          'select id, name, visibility from chat.rooms where id = any($1::text[])',
          [...new Set(page.map((place) => place.roomId))],
        ),
      ),
    ]);
    const byId = new Map(rooms.map((room) => [room.id, room]));
    const items = messages.flatMap((message) => {
      const room = byId.get(message.roomId);
      return room === undefined ? [] : [{ message, room }];
    });
    const last = messages.at(-1);
    const nextCursor =
      places.length > limit && last !== undefined
        ? `${new Date(last.createdAt).getTime().toString(36)}.${last.roomId}.${last.seq}`
        : undefined;
    return { items, nextCursor };
  };
}

function parseCursor(cursor: string | undefined): { at: Date | 'infinity'; roomId: string; seq: number } {
  if (cursor === undefined) return { at: 'infinity', roomId: '', seq: Number.MAX_SAFE_INTEGER };
  const match = /^([0-9a-z]{1,9})\.(room_[0-9a-z]{26})\.(\d{1,15})$/.exec(cursor);
  const at = new Date(Number.parseInt(match?.[1] ?? '', 36));
  if (match === null || Number.isNaN(at.getTime())) {
    fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
  }
  return { at, roomId: match[2] ?? '', seq: Number(match[3]) };
}
