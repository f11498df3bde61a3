import { type AuditWriter, type Clock, fail, type Principal, requestErrors, sql, type ZoneContext } from '@madang/kernel';
import type { z } from 'zod';
import type { Broadcasts } from './broadcasts.ts';
import { requireManage } from './chat-policies.ts';
import type { updateRoomBody } from './contract.ts';
import type { RoomAccess } from './room-access.ts';

export type UpdateRoom = (zone: ZoneContext, principal: Principal, roomId: string, input: z.output<typeof updateRoomBody>) => Promise<void>;

/** [CH36] What is left out stays as it is. */
export function createUpdateRoom(deps: { access: RoomAccess; audit: AuditWriter; broadcasts: Broadcasts; clock: Clock }): UpdateRoom {
  return async (zone, principal, roomId, input) => {
    if (input.name !== undefined && input.name.trim() === '') {
      fail(requestErrors.invalid, { fields: [{ path: 'body.name', code: 'invalid', message: 'a room needs a name' }] });
    }
    await zone.db.transaction(async (tx) => {
      const { standing } = await deps.access.lock(tx, zone, principal, roomId);
      requireManage(standing);
      await tx.run(
        sql(
          `update chat.rooms set name = coalesce($2, name), topic = coalesce($3, topic), visibility = coalesce($4, visibility),
             slow_mode_seconds = coalesce($5, slow_mode_seconds), retention_days = case when $6 then $7::integer else retention_days end
           where id = $1`,
          roomId,
          input.name?.trim(),
          input.topic,
          input.visibility,
          input.slowModeSeconds,
          input.retentionDays !== undefined,
          input.retentionDays,
        ),
      );
      await deps.audit.record(tx, { action: 'update', resourceType: 'room', resourceId: roomId, actor: principal, details: { ...input } });
      tx.afterCommit(() => deps.broadcasts.roomChanged(zone.zone.id, roomId, 'settings'));
    });
  };
}
