import { type AuditWriter, type Clock, type EventPublisher, type JobQueue, type Principal, sql, type ZoneContext } from '@madang/kernel';
import type { Assets } from '@madang/media';
import type { z } from 'zod';
import type { updateVideoBody } from './contract.ts';
import { futureOf, tidyTags } from './create-video.ts';
import { accessFor, type PublishIfDue } from './publish-video.ts';
import { publishLater } from './publish-videos.job.ts';
import type { VideoAccess } from './video-access.ts';
import { videoChanged } from './video-events.ts';

export type UpdateVideo = (
  zone: ZoneContext,
  principal: Principal,
  videoId: string,
  change: z.output<typeof updateVideoBody>,
) => Promise<void>;

/**
 * Words, visibility, schedule, source. Who may watch follows in the same transaction: made private, its paths are signed
 * from the commit on; made visible and due, it is published; given a later time, it is its owner's alone again [VI21] [VI23].
 */
export function createUpdateVideo(deps: {
  access: VideoAccess;
  assets: Assets;
  publishIfDue: PublishIfDue;
  audit: AuditWriter;
  events: EventPublisher;
  jobs: JobQueue;
  clock: Clock;
}): UpdateVideo {
  return (zone, principal, videoId, change) =>
    zone.db.transaction(async (tx) => {
      const { row } = await deps.access.lockForEdit(tx, principal, videoId);
      const now = deps.clock.now();
      const publishAt = change.publishAt === undefined ? row.publish_at : futureOf(change.publishAt, now);
      const publishedAt = change.publishAt !== undefined && publishAt !== null ? null : row.published_at;
      const visibility = change.visibility ?? row.visibility;
      await tx.run(
        sql(
          `update video.videos set title = coalesce($2, title), description = coalesce($3, description), tags = coalesce($4::text[], tags),
             category = coalesce($5, category), language = case when $6 then $7 else language end, visibility = $8, publish_at = $9,
             published_at = $10, comments_open = coalesce($11, comments_open), upload_id = coalesce($12, upload_id), updated_at = $13
           where id = $1`,
          videoId,
          change.title ?? null,
          change.description ?? null,
          change.tags === undefined ? null : tidyTags(change.tags),
          change.category ?? null,
          change.language !== undefined,
          change.language ?? null,
          visibility,
          publishAt,
          publishedAt,
          change.commentsOpen ?? null,
          change.uploadId ?? null,
          now,
        ),
      );
      if (change.uploadId !== undefined && change.uploadId !== row.upload_id) {
        await deps.assets.replace(tx, videoId, { uploadId: change.uploadId, ownerId: principal.id });
      }
      if (publishAt !== null && publishAt.getTime() !== row.publish_at?.getTime()) await publishLater(deps.jobs, tx, publishAt);
      const published = await deps.publishIfDue(tx, videoId);
      const before = accessFor(row.visibility, row.published_at !== null);
      const after = accessFor(visibility, publishedAt !== null);
      if (!published) {
        if (before !== after) await deps.assets.setAccess(tx, videoId, after);
        await deps.events.publish(tx, videoChanged, { videoId, channelId: row.channel_id });
      }
      const details = {
        changed: Object.keys(change).sort(),
        ...(visibility !== row.visibility && { visibility: { from: row.visibility, to: visibility } }),
      };
      await deps.audit.record(tx, { action: 'update', resourceType: 'video', resourceId: videoId, actor: principal, details });
    });
}
