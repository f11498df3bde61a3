import { type AuditWriter, type Clock, type Principal, sql, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { logChange } from './change-log.ts';
import type { ChatFiles } from './chat-files.ts';
import { requireSend } from './chat-policies.ts';
import { lockMessage, requireOwnAndRecent } from './find-message.ts';
import type { RoomAccess } from './room-access.ts';

export type DeleteMessage = (zone: ZoneContext, principal: Principal, messageId: string) => Promise<void>;

/** [CH35] [CH37] Words, files, reactions and pin go; the place stays. A moderator's deletion of another's message is audited. */
export function createDeleteMessage(deps: {
  access: RoomAccess;
  audit: AuditWriter;
  files: ChatFiles;
  broadcasts: Broadcasts;
  clock: Clock;
}): DeleteMessage {
  return (zone, principal, messageId) =>
    zone.db.transaction(async (tx) => {
      const found = await lockMessage(tx, deps.access, zone, principal, messageId);
      const now = deps.clock.now();
      const { roomId, seq } = found.place;
      if (!found.standing.moderate) {
        requireOwnAndRecent(found, principal, now);
        requireSend(found.standing);
      }
      await tx.run(
        sql(
          `update chat.messages set body = '', mentions = null, file_ids = null, reacted = false, deleted_at = $3
           where room_id = $1 and seq = $2`,
          roomId,
          seq,
          now,
        ),
      );
      await tx.run(sql('delete from chat.reactions where room_id = $1 and seq = $2', roomId, seq));
      const unpinned = await tx.run(sql('delete from chat.pins where room_id = $1 and seq = $2', roomId, seq));
      if (found.message.file_ids !== null) await deps.files.release(tx, found.message.file_ids);
      const rev = await logChange(tx, { roomId, seq, kind: 'deleted', at: now });
      if (found.message.sender_id !== principal.id) {
        await deps.audit.record(tx, {
          action: 'delete',
          resourceType: 'message',
          resourceId: messageId,
          actor: principal,
          details: { roomId, senderId: found.message.sender_id },
        });
      }
      tx.afterCommit(() => {
        deps.broadcasts.change(zone.zone.id, { kind: 'deleted', roomId, id: messageId, seq, rev, deletedAt: now.toISOString() });
        if (unpinned > 0) deps.broadcasts.roomChanged(zone.zone.id, roomId, 'pins');
      });
    });
}
