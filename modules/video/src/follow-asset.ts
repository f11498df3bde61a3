import { type Clock, type EventPublisher, statement, type ZoneContext } from '@madang/kernel';
import type { assetChanged } from '@madang/media';
import type { Notifier } from '@madang/notifications';
import type { z } from 'zod';
import type { PublishIfDue } from './publish-video.ts';
import { videoChanged } from './video-events.ts';
import { videoFailed, videoReady } from './video-notifications.ts';
import type { VideoStatus } from './wire.ts';

export const VIDEO_PREFIX = 'video_';

type AssetChange = z.output<(typeof assetChanged)['payload']>;

interface FollowedRow {
  readonly channel_id: string;
  readonly owner_id: string;
  readonly title: string;
  readonly channel: string;
  readonly before: VideoStatus;
}

const follow = statement<
  FollowedRow,
  [
    id: string,
    status: string,
    seconds: number | null,
    width: number | null,
    height: number | null,
    poster: number,
    blurhash: string | null,
    failure: string | null,
    now: Date,
  ]
>(
  'video.follow_asset',
  `update video.videos v set status = $2, duration_seconds = coalesce($3, v.duration_seconds), width = coalesce($4, v.width),
     height = coalesce($5, v.height), poster = $6, blurhash = $7, failure_code = $8, updated_at = $9
   from video.channels c where v.id = $1 and c.id = v.channel_id
   returning v.channel_id, v.owner_id, v.title, c.name as channel, old.status as before`,
);

export type FollowAsset = (zone: ZoneContext, change: AssetChange) => Promise<void>;

/** Keeps the columns that come from the asset; publishes what became playable and tells its creator how it ended. Safe to repeat. */
export function createFollowAsset(deps: {
  events: EventPublisher;
  notifier: Notifier;
  publishIfDue: PublishIfDue;
  clock: Clock;
}): FollowAsset {
  return async (zone, change) => {
    const { assetId: videoId, status } = change;
    if (!videoId.startsWith(VIDEO_PREFIX)) return;
    await zone.db.transaction(async (tx) => {
      const row = await tx.maybeOne(
        follow(
          videoId,
          status,
          change.durationSeconds,
          change.width,
          change.height,
          change.poster,
          change.blurhash,
          change.failureCode,
          deps.clock.now(),
        ),
      );
      if (row === undefined) return;
      if (!(await deps.publishIfDue(tx, videoId))) await deps.events.publish(tx, videoChanged, { videoId, channelId: row.channel_id });
      if (row.before === status || (status !== 'ready' && status !== 'failed')) return;
      await deps.notifier.notify(tx, status === 'ready' ? videoReady : videoFailed, {
        to: [row.owner_id],
        about: videoId,
        payload: { videoId, title: row.title, channel: row.channel },
      });
    });
  };
}
