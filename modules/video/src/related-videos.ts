import { type Clock, type Principal, statement, type ZoneContext } from '@madang/kernel';
import type { VideoAccess } from './video-access.ts';
import { LISTED } from './video-rows.ts';
import type { VideoViews } from './video-views.ts';
import type { VideoCard } from './wire.ts';

/**
 * Candidates by index: the newest with one of its tags, of its channel, the most watched of its category, the newest of all.
 * They are then weighed: shared tags most, likeness of the titles, the channel, the category, and a little for being watched.
 */
const findRelated = statement<{ id: string }, [videoId: string, limit: number]>(
  'video.find_related',
  `with it as materialized (select v.id, v.channel_id, v.category, video.fold(v.title) as folded from video.videos v where v.id = $1),
   its_tags as materialized (select tag from video.tags where video_id = $1),
   candidates as (
     (select t.video_id as id from its_tags i cross join lateral
        (select video_id from video.tags x where x.tag = i.tag order by x.published_at desc, x.video_id desc limit 60) t)
     union (select n.id from it cross join lateral (select v.id from video.videos v where v.channel_id = it.channel_id and ${LISTED}
        order by v.published_at desc, v.id desc limit 40) n)
     union (select n.id from it cross join lateral (select v.id from video.videos v where v.category = it.category and ${LISTED}
        order by v.views desc, v.id desc limit 40) n)
     union (select v.id from video.videos v where ${LISTED} order by v.published_at desc, v.id desc limit 40)
   )
   select v.id from candidates x join video.videos v on v.id = x.id join video.search s on s.video_id = v.id cross join it
   where v.id <> $1 and ${LISTED}
   order by least(3, (select count(*) from video.tags t join its_tags i on i.tag = t.tag where t.video_id = v.id)) * 2
     + coalesce(similarity(s.title, it.folded), 0) * 4
     + (v.channel_id = it.channel_id)::integer * 1.5 + (v.category = it.category)::integer
     + ln(1 + v.views) * 0.15 desc, v.published_at desc, v.id
   limit $2`,
);

const KEPT_MS = 120_000;
const MOST_KEPT = 2000;
const MOST = 100;

/** What to watch next [VI45]. Ids are kept for two minutes; cards are read anew, so that what went is not shown. */
export function createRelatedVideos(deps: { access: VideoAccess; views: VideoViews; clock: Clock }) {
  const kept = new Map<string, { until: number; ids: readonly string[] }>();

  async function idsOf(zone: ZoneContext, videoId: string): Promise<readonly string[]> {
    const key = `${zone.zone.id} ${videoId}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > deps.clock.now().getTime()) return known.ids;
    const ids = (await zone.db.many(findRelated(videoId, MOST))).map((row) => row.id);
    kept.delete(key);
    kept.set(key, { until: deps.clock.now().getTime() + KEPT_MS, ids });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
    return ids;
  }

  return async (zone: ZoneContext, principal: Principal | undefined, videoId: string, limit: number): Promise<VideoCard[]> => {
    await deps.access.reach(zone, principal, videoId);
    const ids = await idsOf(zone, videoId);
    const cards = await deps.views.cardsOf(zone, principal, ids.slice(0, limit));
    return ids.flatMap((id) => {
      const card = cards.get(id);
      return card?.visibility === 'public' && card.publishedAt !== null ? [card] : [];
    });
  };
}
export type RelatedVideos = ReturnType<typeof createRelatedVideos>;
