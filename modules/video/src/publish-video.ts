import { type Clock, type EventPublisher, type Queries, statement } from '@madang/kernel';
import type { Assets } from '@madang/media';
import { videoChanged, videoPublished } from './video-events.ts';
import type { Visibility } from './wire.ts';

const publishDue = statement<{ channel_id: string; visibility: Visibility }, [videoId: string, now: Date]>(
  'video.publish_due',
  `update video.videos set published_at = $2, publish_at = null, updated_at = $2
   where id = $1 and published_at is null and visibility <> 'private' and status in ('playable', 'ready')
     and (publish_at is null or publish_at <= $2)
   returning channel_id, visibility`,
);

/**
 * Publishes the video if it is due: it can be played, its visibility names others, its time has come, and nobody did
 * before [VI20]. True for the one who did. The caller's transaction holds or takes the row's lock.
 */
export type PublishIfDue = (tx: Queries, videoId: string) => Promise<boolean>;

export function createPublishIfDue(deps: { assets: Assets; events: EventPublisher; clock: Clock }): PublishIfDue {
  return async (tx, videoId) => {
    const published = await tx.maybeOne(publishDue(videoId, deps.clock.now()));
    if (published === undefined) return false;
    const { channel_id: channelId, visibility } = published;
    await deps.assets.setAccess(tx, videoId, accessFor(visibility, true));
    await deps.events.publish(tx, videoPublished, { videoId, channelId, visibility });
    await deps.events.publish(tx, videoChanged, { videoId, channelId });
    return true;
  };
}

/** What everyone may watch has plain paths; all else, and everything before its publication, is signed [VI21]. */
export const accessFor = (visibility: Visibility, published: boolean): 'public' | 'signed' =>
  published && visibility === 'public' ? 'public' : 'signed';
