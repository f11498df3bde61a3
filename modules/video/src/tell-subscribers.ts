import { sql, type ZoneContext } from '@madang/kernel';
import type { Notifier } from '@madang/notifications';
import type { Social } from './social-part.ts';
import { newVideo } from './video-notifications.ts';
import type { Visibility } from './wire.ts';

export type TellSubscribers = (
  zone: ZoneContext,
  published: { readonly videoId: string; readonly channelId: string; readonly visibility: Visibility },
) => Promise<void>;

/** Rings for subscribers who want it, and who may watch. What is unlisted is told to nobody. Repeating it tells nobody twice [VI24]. */
export function createTellSubscribers(deps: { notifier: Notifier; social: () => Social }): TellSubscribers {
  return (zone, { videoId, channelId, visibility }) =>
    zone.db.transaction(async (tx) => {
      if (visibility !== 'public' && visibility !== 'members') return;
      const video = await tx.maybeOne(
        sql<{ title: string; owner_id: string; channel: string }>(
          `select v.title, v.owner_id, c.name as channel from video.videos v join video.channels c on c.id = v.channel_id
           where v.id = $1 and v.published_at is not null and v.visibility = $2`,
          videoId,
          visibility,
        ),
      );
      if (video === undefined) return; // withdrawn meanwhile
      const to = await deps.social().subscribersToTell(tx, channelId, visibility === 'members');
      if (to.length === 0) return;
      await deps.notifier.notify(tx, newVideo, {
        to,
        about: videoId,
        actorId: video.owner_id,
        payload: { videoId, title: video.title, channel: video.channel },
      });
    });
}
