import type { DetachRoom } from '@madang/chat';
import { type AuditWriter, type EventPublisher, fail, type Principal, sql, type ZoneContext } from '@madang/kernel';
import type { Assets } from '@madang/media';
import type { Notifier } from '@madang/notifications';
import type { VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import { videoDeleted } from './video-events.ts';
import { newVideo, videoFailed, videoReady } from './video-notifications.ts';

const TOLD = [newVideo, videoFailed, videoReady] as const;

export interface EndVideo {
  /** With all that was made of it and everything that hangs on it; nobody is told of it any more [VI12]. */
  delete(zone: ZoneContext, principal: Principal, videoId: string): Promise<void>;
  /** Throws `video.nothing_to_retry` where it did not fail or the source is at fault. */
  retry(zone: ZoneContext, principal: Principal, videoId: string): Promise<void>;
}

export function createEndVideo(deps: {
  access: VideoAccess;
  assets: Assets;
  detachRoom: DetachRoom;
  notifier: Notifier;
  audit: AuditWriter;
  events: EventPublisher;
}): EndVideo {
  return {
    delete: (zone, principal, videoId) =>
      zone.db.transaction(async (tx) => {
        const { row } = await deps.access.lockForEdit(tx, principal, videoId);
        await deps.assets.remove(tx, videoId);
        await deps.detachRoom(tx, { type: 'video', id: videoId });
        await tx.run(sql('delete from video.videos where id = $1', videoId));
        for (const kind of TOLD) await deps.notifier.retract(tx, kind, videoId);
        const details = { title: row.title, visibility: row.visibility };
        await deps.audit.record(tx, { action: 'delete', resourceType: 'video', resourceId: videoId, actor: principal, details });
        await deps.events.publish(tx, videoDeleted, { videoId, channelId: row.channel_id });
      }),
    retry: (zone, principal, videoId) =>
      zone.db.transaction(async (tx) => {
        await deps.access.lockForEdit(tx, principal, videoId);
        if (!(await deps.assets.retry(tx, videoId))) fail(videoErrors.nothing_to_retry);
        await deps.audit.record(tx, { action: 'retry', resourceType: 'video', resourceId: videoId, actor: principal });
      }),
  };
}
