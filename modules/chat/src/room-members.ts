import { type AuditWriter, type Clock, fail, type Presence, type Principal, requestErrors, sql, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { outranks, requireManage } from './chat-policies.ts';
import type { Member, Notifications, RoomRole } from './contract.ts';
import { findRole, removeMember } from './member-store.ts';
import type { MessageViews } from './message-views.ts';
import { parseListCursor } from './person-cursor.ts';
import type { RoomAccess } from './room-access.ts';
import { roomPlace } from './room-presence.ts';

const MOST_ONLINE_SHOWN = 1000;

interface MemberRow {
  readonly user_id: string;
  readonly role: RoomRole;
  readonly created_at: Date;
}

export interface RoomMembers {
  list(
    zone: ZoneContext,
    principal: Principal,
    input: { roomId: string; cursor?: string | undefined; limit: number },
  ): Promise<{ items: Member[]; nextCursor: string | undefined }>;
  /** A role by who manages the room; notifications by the member only. Giving `owner` hands the room over. */
  update(
    zone: ZoneContext,
    principal: Principal,
    input: { roomId: string; userId: string; role?: RoomRole | undefined; notifications?: Notifications | undefined },
  ): Promise<Member>;
  remove(zone: ZoneContext, principal: Principal, input: { roomId: string; userId: string }): Promise<void>;
}

export function createRoomMembers(deps: {
  access: RoomAccess;
  views: MessageViews;
  presence: Presence;
  audit: AuditWriter;
  broadcasts: Broadcasts;
  clock: Clock;
}): RoomMembers {
  const present = async (zone: ZoneContext, roomId: string, rows: readonly MemberRow[]): Promise<Member[]> => {
    const [person, online] = await Promise.all([
      deps.views.people(
        zone,
        rows.map((row) => row.user_id),
      ),
      deps.presence.members(roomPlace(zone.zone.id, roomId), MOST_ONLINE_SHOWN),
    ]);
    const here = new Set(online);
    return rows.map((row) => ({
      person: person(row.user_id),
      role: row.role,
      online: here.has(row.user_id),
      joinedAt: row.created_at.toISOString(),
    }));
  };

  return {
    async list(zone, principal, { roomId, cursor, limit }) {
      await deps.access.reach(zone, principal, roomId);
      const after = parseListCursor(cursor);
      const rows = await zone.db.many(
        sql<MemberRow>(
          `select user_id, role, joined_at as created_at from chat.members
           where room_id = $1 and left_at is null and (joined_at, user_id) < ($2::timestamptz, $3)
           order by joined_at desc, user_id desc limit $4`,
          roomId,
          after.at,
          after.id,
          limit + 1,
        ),
      );
      const page = rows.slice(0, limit);
      return { items: await present(zone, roomId, page), nextCursor: after.next(rows.length > limit ? page.at(-1) : undefined) };
    },

    async update(zone, principal, { roomId, userId, role, notifications }) {
      if (role === undefined && notifications === undefined) fail(requestErrors.invalid, { detail: 'nothing to change' });
      const row = await zone.db.transaction(async (tx) => {
        const { row: room, standing } = await deps.access.lock(tx, zone, principal, roomId);
        const held = await findRole(tx, roomId, userId);
        if (held === null) fail(chatErrors.person_not_found);
        if (notifications !== undefined) {
          if (userId !== principal.id) fail(chatErrors.not_allowed, { detail: 'notifications are the member’s own' });
          await tx.run(
            sql('update chat.members set notifications = $3 where room_id = $1 and user_id = $2', roomId, userId, notifications),
          );
        }
        if (role !== undefined && role !== held) {
          if (room.visibility === 'direct') fail(chatErrors.not_allowed, { detail: 'a direct room has no roles' });
          requireManage(standing);
          if (held === 'owner') fail(chatErrors.not_allowed, { detail: 'a room keeps its owner until another is named' });
          if (role === 'owner') {
            await tx.run(sql(`update chat.members set role = 'moderator' where room_id = $1 and role = 'owner'`, roomId));
            await tx.run(sql('update chat.rooms set owner_id = $2 where id = $1', roomId, userId));
          }
          await tx.run(sql('update chat.members set role = $3 where room_id = $1 and user_id = $2', roomId, userId, role));
          const details = { userId, role, before: held };
          await deps.audit.record(tx, { action: 'role', resourceType: 'room', resourceId: roomId, actor: principal, details });
          tx.afterCommit(() => {
            deps.broadcasts.standingChanged(zone.zone.id, userId, roomId, 'role');
            deps.broadcasts.roomChanged(zone.zone.id, roomId, 'members');
          });
        }
        return tx.one(
          sql<MemberRow>(
            'select user_id, role, joined_at as created_at from chat.members where room_id = $1 and user_id = $2',
            roomId,
            userId,
          ),
        );
      });
      return (await present(zone, roomId, [row]))[0] as Member;
    },

    async remove(zone, principal, { roomId, userId }) {
      await zone.db.transaction(async (tx) => {
        const { row, standing } = await deps.access.lock(tx, zone, principal, roomId);
        const held = await findRole(tx, roomId, userId);
        if (held === null) fail(chatErrors.person_not_found);
        if (row.visibility === 'direct' || userId === principal.id || !outranks(standing, held)) fail(chatErrors.not_allowed);
        await removeMember(tx, roomId, userId, deps.clock.now());
        await deps.audit.record(tx, { action: 'remove', resourceType: 'room', resourceId: roomId, actor: principal, details: { userId } });
        tx.afterCommit(() => {
          deps.broadcasts.standingChanged(zone.zone.id, userId, roomId, 'removed');
          if (row.visibility === 'private') deps.broadcasts.evict(zone.zone.id, roomId, userId);
          deps.broadcasts.roomChanged(zone.zone.id, roomId, 'members');
        });
      });
    },
  };
}
