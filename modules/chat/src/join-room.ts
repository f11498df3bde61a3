import { type Clock, fail, type Principal, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { handOver, joinMembers, removeMember } from './member-store.ts';
import type { Reached, RoomAccess } from './room-access.ts';

export type JoinRoom = (zone: ZoneContext, principal: Principal, roomId: string) => Promise<Reached>;

/** [CH30] Makes the person a member of a public (or attached) room; who is one already stays. Reading is enough to pass. */
export function createJoinRoom(deps: { access: RoomAccess; broadcasts: Broadcasts; clock: Clock }): JoinRoom {
  return async (zone, principal, roomId) => {
    const reached = await deps.access.reach(zone, principal, roomId);
    const open = reached.row.visibility === 'public' || reached.row.visibility === 'attached';
    if (reached.row.role !== null || !open) return reached;
    await joinMembers(zone.db, [{ roomId, userId: principal.id }], deps.clock.now());
    return deps.access.reach(zone, principal, roomId);
  };
}

export type LeaveRoom = (zone: ZoneContext, principal: Principal, roomId: string) => Promise<void>;

/** [CH36] A direct room cannot be left. Leaving what one is not in changes nothing. */
export function createLeaveRoom(deps: { access: RoomAccess; broadcasts: Broadcasts; clock: Clock }): LeaveRoom {
  return (zone, principal, roomId) =>
    zone.db.transaction(async (tx) => {
      const { row } = await deps.access.lock(tx, zone, principal, roomId);
      if (row.visibility === 'direct') fail(chatErrors.not_allowed, { detail: 'a direct room cannot be left' });
      if (!(await removeMember(tx, roomId, principal.id, deps.clock.now()))) return;
      if (row.role === 'owner') await handOver(tx, roomId);
      tx.afterCommit(() => {
        if (row.visibility === 'private') deps.broadcasts.evict(zone.zone.id, roomId, principal.id);
        deps.broadcasts.roomChanged(zone.zone.id, roomId, 'members');
      });
    });
}
