import { type Clock, fail, type Principal, type Queries, statement, type ZoneContext } from '@madang/kernel';
import { chatErrors } from './chat-errors.ts';
import { type AttachedGrant, type Standing, standingIn } from './chat-policies.ts';
import type { RoomRole, Visibility } from './contract.ts';
import { isRoomId } from './message-id.ts';

/** A room as one person stands to it. */
export interface RoomAccessRow {
  readonly id: string;
  readonly name: string;
  readonly visibility: Visibility;
  readonly attached_type: string | null;
  readonly attached_id: string | null;
  readonly org_id: string | null;
  readonly seq: number;
  readonly rev: number;
  readonly first_seq: number;
  readonly first_rev: number;
  readonly slow_mode_seconds: number;
  readonly role: RoomRole | null;
  readonly read_seq: number | null;
  readonly banned: boolean;
  readonly ban_until: Date | null;
  readonly muted: boolean;
  readonly mute_until: Date | null;
}

/** Columns of `RoomAccessRow`, where `r m b u` are as in `accessJoins`. */
export const accessColumns = `r.id, r.name, r.visibility, r.attached_type, r.attached_id, r.org_id, r.seq, r.rev, r.first_seq, r.first_rev,
  r.slow_mode_seconds, m.role, m.read_seq, b.user_id is not null as banned, b.until as ban_until,
  u.user_id is not null as muted, u.until as mute_until`;
/** `person` is SQL for the id of the person. */
export const accessJoins = (person: string): string => `
  left join chat.members m on m.room_id = r.id and m.user_id = ${person} and m.left_at is null
  left join chat.bans b on b.room_id = r.id and b.user_id = ${person}
  left join chat.mutes u on u.room_id = r.id and u.user_id = ${person}`;
/**
 * `r m b u` for many rooms and people at once, whose ids are columns of what stands before: a subquery for each, so that they
 * stay index probes whatever the planner thinks of the sizes of the tables.
 */
export const accessProbes = (room: string, person: string): string => `
  cross join lateral (select * from chat.rooms where id = ${room} and deleted_at is null offset 0) r
  left join lateral (select * from chat.members where room_id = ${room} and user_id = ${person} and left_at is null offset 0) m on true
  left join lateral (select * from chat.bans where room_id = ${room} and user_id = ${person} offset 0) b on true
  left join lateral (select * from chat.mutes where room_id = ${room} and user_id = ${person} offset 0) u on true`;

/** Under load reads of rooms wait this long for company, on average half of it. */
export const READ_GATHER_MS = 8;

const findAccess = statement<RoomAccessRow, [roomId: string, personId: string]>(
  'chat.find_access',
  `select ${accessColumns} from chat.rooms r ${accessJoins('$2')} where r.id = $1 and r.deleted_at is null`,
);
/** Locks the room's row: whoever changes a room or its messages does this first, so that `seq` and `rev` have one order. */
const lockAccess = statement<RoomAccessRow, [roomId: string, personId: string]>(
  'chat.lock_access',
  `select ${accessColumns} from chat.rooms r ${accessJoins('$2')} where r.id = $1 and r.deleted_at is null for no key update of r`,
);

const findHearing = statement<{ may: boolean }, [roomId: string, personId: string]>(
  'chat.find_hearing',
  `select (r.visibility = 'public' or m.user_id is not null) and b.user_id is null and coalesce(m.notifications, 'all') <> 'none' as may
   from chat.rooms r ${accessJoins('$2')} where r.id = $1 and r.deleted_at is null`,
);

/** Port: whoever attaches rooms of a type answers what a person may do in them [CH33]. */
export type AttachedRoomAccess = (zone: ZoneContext, principal: Principal, attachedId: string) => Promise<AttachedGrant>;

export interface Reached {
  readonly row: RoomAccessRow;
  readonly standing: Standing;
}

/** The one place that answers "may this person be in this room, and as what". */
export class RoomAccess {
  readonly #clock: Clock;
  readonly #attached = new Map<string, AttachedRoomAccess>();

  constructor(deps: { clock: Clock }) {
    this.#clock = deps.clock;
  }

  registerAttached(type: string, access: AttachedRoomAccess): void {
    if (this.#attached.has(type)) throw new TypeError(`rooms attached to ${type} already have an answerer`);
    this.#attached.set(type, access);
  }

  /** Throws 404 or 403 where the person may not know or enter the room. */
  async reach(zone: ZoneContext, principal: Principal, roomId: string): Promise<Reached> {
    if (!isRoomId(roomId)) fail(chatErrors.room_not_found);
    return this.judge(zone, principal, await zone.db.maybeOne(findAccess(roomId, principal.id)));
  }

  /** The same inside a transaction that will change the room: its row stays locked until the end. */
  async lock(tx: Queries, zone: ZoneContext, principal: Principal, roomId: string): Promise<Reached> {
    if (!isRoomId(roomId)) fail(chatErrors.room_not_found);
    return this.judge(zone, principal, await tx.maybeOne(lockAccess(roomId, principal.id)));
  }

  /** Whether a person who is not asking (a mention) may be told of the room. */
  async mayHear(zone: ZoneContext, personId: string, roomId: string): Promise<boolean> {
    return (await zone.db.maybeOne(findHearing(roomId, personId)))?.may ?? false;
  }

  async judge(zone: ZoneContext, principal: Principal, row: RoomAccessRow | undefined): Promise<Reached> {
    if (row === undefined) fail(chatErrors.room_not_found);
    const grant = row.visibility === 'attached' ? await this.attachedGrant(zone, principal, row) : 'none';
    return { row, standing: this.standing(zone, principal, row, grant) };
  }

  async attachedGrant(zone: ZoneContext, principal: Principal, row: RoomAccessRow): Promise<AttachedGrant> {
    const answer = this.#attached.get(row.attached_type ?? '');
    return answer === undefined || row.attached_id === null ? 'none' : answer(zone, principal, row.attached_id);
  }

  standing(zone: ZoneContext, principal: Principal, row: RoomAccessRow, grant: AttachedGrant): Standing {
    const now = this.#clock.now();
    const holds = (set: boolean, until: Date | null) => set && (until === null || until > now);
    const facts = {
      visibility: row.visibility,
      orgId: row.org_id,
      role: row.role,
      banned: holds(row.banned, row.ban_until),
      muted: holds(row.muted, row.mute_until),
    };
    return standingIn(zone.zone, principal, facts, grant);
  }
}
