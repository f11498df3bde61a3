import {
  type AuditWriter,
  type Clock,
  type EventPublisher,
  fail,
  type JobQueue,
  mayReach,
  type Principal,
  sql,
  type ZoneContext,
  type ZoneTransaction,
} from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { roomDeleted } from './chat-events.ts';
import { purgeRoom } from './purge-room.job.ts';
import type { RoomAccess } from './room-access.ts';

export type EndRoom = (tx: ZoneTransaction, roomId: string) => Promise<void>;

/** [CH61] Gone for everyone with the commit; a job removes the rows. */
export function createEndRoom(deps: { events: EventPublisher; jobs: JobQueue; broadcasts: Broadcasts; clock: Clock }): EndRoom {
  return async (tx, roomId) => {
    await tx.run(sql('update chat.rooms set deleted_at = $2 where id = $1', roomId, deps.clock.now()));
    await deps.jobs.enqueue(tx, purgeRoom, { roomId }, { key: roomId });
    await deps.events.publish(tx, roomDeleted, { roomId });
    tx.afterCommit(() => {
      deps.broadcasts.roomChanged(tx.zoneId, roomId, 'deleted');
      deps.broadcasts.toWatchers(tx.zoneId, roomId, 'room:changed', { roomId, what: 'deleted' });
    });
  };
}

export type DeleteRoom = (zone: ZoneContext, principal: Principal, roomId: string) => Promise<void>;

/** [CH36] */
export function createDeleteRoom(deps: { access: RoomAccess; audit: AuditWriter; endRoom: EndRoom }): DeleteRoom {
  return (zone, principal, roomId) =>
    zone.db.transaction(async (tx) => {
      const { row, standing } = await deps.access.lock(tx, zone, principal, roomId);
      const settings = row.visibility === 'public' || row.visibility === 'private';
      if (!settings || !(standing.role === 'owner' || mayReach(principal, 'room:delete', { orgId: row.org_id })))
        fail(chatErrors.not_allowed);
      await deps.endRoom(tx, roomId);
      await deps.audit.record(tx, {
        action: 'delete',
        resourceType: 'room',
        resourceId: roomId,
        actor: principal,
        details: { name: row.name },
      });
    });
}
