import { readInBatches } from '@madang/db/batches';
import { type Clock, fail, type Presence, type Principal, requestErrors, statement, type ZoneContext } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import type { Notifications, Room } from './contract.ts';
import { isRoomId, messageId } from './message-id.ts';
import type { MessageViews } from './message-views.ts';
import { accessColumns, accessJoins, accessProbes, READ_GATHER_MS, type RoomAccess, type RoomAccessRow } from './room-access.ts';
import { roomPlace } from './room-presence.ts';

interface RoomRow extends RoomAccessRow {
  readonly topic: string;
  readonly owner_id: string | null;
  readonly direct_key: string | null;
  readonly retention_days: number | null;
  readonly member_count: number;
  readonly created_at: Date;
  readonly active_at: Date;
  readonly notifications: Notifications | null;
  readonly joined_at: Date | null;
  readonly last_sender: string | null;
  readonly last_body: string;
  readonly last_files: number;
  readonly last_created_at: Date;
  readonly last_deleted: boolean;
}

const roomColumns = `${accessColumns}, r.topic, r.owner_id, r.direct_key, r.retention_days, r.member_count, r.created_at, r.active_at,
  m.notifications, m.joined_at, l.sender_id as last_sender, left(l.body, 140) as last_body,
  coalesce(cardinality(l.file_ids), 0) as last_files, l.created_at as last_created_at, l.deleted_at is not null as last_deleted`;
/** The newest message is the one at the head. */
const roomJoins = `${accessJoins('$1')} left join chat.messages l on l.room_id = r.id and l.seq = r.seq`;

const findRooms = statement<RoomRow & { place: number }, [rooms: readonly string[], people: readonly string[]]>(
  'chat.find_rooms',
  `select p.place, ${roomColumns}
   from unnest((select $1::text[]), (select $2::text[])) with ordinality p(room_id, person_id, place)
   ${accessProbes('p.room_id', 'p.person_id')}
   left join lateral (select * from chat.messages where room_id = p.room_id and seq = r.seq offset 0) l on true`,
);

/**
 * Two short walks instead of one long one: the liveliest public rooms by their index, and the person's own rooms by theirs.
 * Nobody pays for the direct rooms of others.
 */
const listRooms = (scope: 'all' | 'mine' | 'public') => {
  const own = `select r.id, r.active_at from chat.members p join chat.rooms r on r.id = p.room_id
       where p.user_id = $1 and p.left_at is null and r.deleted_at is null and r.visibility <> 'attached'
         and (r.active_at, r.id) < ($2::timestamptz, $3)`;
  const open = `(select r.id, r.active_at from chat.rooms r
       where r.visibility = 'public' and r.deleted_at is null and (r.active_at, r.id) < ($2::timestamptz, $3)
       order by r.active_at desc, r.id desc limit $4)`;
  const chosen = scope === 'mine' ? own : scope === 'public' ? open : `${open} union ${own}`;
  return statement<RoomRow, [personId: string, activeAt: Date | string, afterId: string, limit: number]>(
    `chat.list_rooms_${scope}`,
    `select ${roomColumns}
     from (select id from (${chosen}) candidates order by active_at desc, id desc limit $4) chosen
     join chat.rooms r on r.id = chosen.id ${roomJoins}
     order by r.active_at desc, r.id desc`,
  );
};
const listings = { all: listRooms('all'), mine: listRooms('mine'), public: listRooms('public') };

/** Screens of rooms: the list with unread counts, newest messages and who is online, and one room. */
export class RoomViews {
  readonly #access: RoomAccess;
  readonly #views: MessageViews;
  readonly #presence: Presence;
  /** A room for a person, by both ids. */
  readonly #read = readInBatches<RoomRow>(
    async (db, keys) => {
      const pairs = keys.map((key) => key.split(' ') as [roomId: string, personId: string]);
      const rows = await db.many(
        findRooms(
          pairs.map(([roomId]) => roomId),
          pairs.map(([, personId]) => personId),
        ),
      );
      return new Map(rows.map((row) => [keys[row.place - 1] as string, row]));
    },
    { intervalMs: READ_GATHER_MS },
  );

  constructor(deps: { access: RoomAccess; views: MessageViews; presence: Presence; clock: Clock }) {
    this.#access = deps.access;
    this.#views = deps.views;
    this.#presence = deps.presence;
  }

  /** Throws where the person may not know the room. */
  async get(zone: ZoneContext, principal: Principal, roomId: string): Promise<Room> {
    if (!isRoomId(roomId)) fail(chatErrors.room_not_found);
    const row = await this.#read(zone.db, `${roomId} ${principal.id}`);
    const { standing } = await this.#access.judge(zone, principal, row);
    const [room] = await this.#present(zone, principal, row === undefined ? [] : [row], () => standing);
    if (room === undefined) fail(chatErrors.room_not_found);
    return room;
  }

  /** [CH55] */
  async list(
    zone: ZoneContext,
    principal: Principal,
    request: { scope: 'all' | 'mine' | 'public'; cursor?: string | undefined; limit: number },
  ): Promise<{ items: Room[]; nextCursor: string | undefined }> {
    if (!zone.zone.features.includes('rooms')) fail(requestErrors.not_found);
    const after = request.cursor === undefined ? { activeAt: 'infinity', id: '' } : parseCursor(request.cursor);
    const rows = await zone.db.many(listings[request.scope](principal.id, after.activeAt, after.id, request.limit + 1));
    const page = rows.slice(0, request.limit);
    const last = page.at(-1);
    const items = await this.#present(zone, principal, page, (row) => this.#listed(zone, principal, row));
    return {
      items,
      nextCursor: rows.length > request.limit && last !== undefined ? `${last.active_at.getTime().toString(36)}.${last.id}` : undefined,
    };
  }

  /** A ban does not hide a public room from the list; it is answered at the door. */
  #listed(zone: ZoneContext, principal: Principal, row: RoomRow) {
    return this.#access.standing(zone, principal, { ...row, banned: false }, 'none');
  }

  async #present(
    zone: ZoneContext,
    principal: Principal,
    rows: readonly RoomRow[],
    standingOf: (row: RoomRow) => { send: boolean; moderate: boolean; manage: boolean },
  ): Promise<Room[]> {
    if (rows.length === 0) return [];
    const peerOf = (row: RoomRow) => row.direct_key?.split(' ').find((id) => id !== principal.id);
    const ids = new Set<string>();
    for (const row of rows) {
      const peer = peerOf(row);
      if (peer !== undefined) ids.add(peer);
      if (row.last_sender !== null) ids.add(row.last_sender);
    }
    const [person, online] = await Promise.all([
      this.#views.people(zone, [...ids]),
      this.#presence.counts(rows.map((row) => roomPlace(zone.zone.id, row.id))),
    ]);
    return rows.map((row, index) => {
      const peer = peerOf(row);
      const { send, moderate, manage } = standingOf(row);
      return {
        id: row.id,
        name: row.name,
        topic: row.topic,
        visibility: row.visibility,
        attachedTo: row.attached_type === null || row.attached_id === null ? null : { type: row.attached_type, id: row.attached_id },
        orgId: row.org_id,
        ownerId: row.owner_id,
        peer: peer === undefined ? null : person(peer),
        seq: row.seq,
        rev: row.rev,
        firstSeq: row.first_seq,
        slowModeSeconds: row.slow_mode_seconds,
        retentionDays: row.retention_days,
        members: row.member_count,
        online: online[index] ?? 0,
        createdAt: row.created_at.toISOString(),
        membership:
          row.role === null
            ? null
            : {
                role: row.role,
                readSeq: row.read_seq ?? 0,
                unread: Math.max(0, row.seq - (row.read_seq ?? 0)),
                notifications: row.notifications ?? 'all',
                joinedAt: (row.joined_at ?? row.created_at).toISOString(),
              },
        may: { send, moderate, manage },
        last:
          row.last_sender === null
            ? null
            : {
                id: messageId(row.id, row.seq),
                seq: row.seq,
                sender: person(row.last_sender),
                body: row.last_body,
                files: row.last_files,
                createdAt: row.last_created_at.toISOString(),
                deleted: row.last_deleted,
              },
      };
    });
  }
}

function parseCursor(cursor: string): { activeAt: Date; id: string } {
  const [time = '', id = ''] = cursor.split('.');
  const activeAt = new Date(Number.parseInt(time, 36));
  if (!/^[0-9a-z]{1,9}$/.test(time) || !isRoomId(id) || Number.isNaN(activeAt.getTime())) {
    fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
  }
  return { activeAt, id };
}
