import { type Principal, statement, type ZoneContext } from '@madang/kernel';
import type { ChannelViews } from './channel-views.ts';
import { cursorOf, placeOf } from './list-cursor.ts';
import { searchWords } from './search-words.ts';
import type { VideoViews } from './video-views.ts';
import type { ChannelCard, VideoCard } from './wire.ts';

/** So many results are ranked; nobody reads on. */
const MOST = 300;
const CHANNELS = 5;
const SUGGESTIONS = 8;

const findVideos = statement<{ video_id: string }, [stems: readonly string[], said: readonly string[], most: number]>(
  'video.search_videos',
  'select video_id from video.find_videos($1::text[], $2::text[], $3::integer)',
);
const findChannels = statement<{ channel_id: string }, [query: string, most: number]>(
  'video.search_channels',
  'select channel_id from video.find_channels($1, $2::integer)',
);
const suggest = statement<{ suggestion: string }, [query: string, most: number]>(
  'video.suggest_searches',
  'select suggestion from video.suggest($1, $2::integer)',
);

export interface Found {
  readonly items: VideoCard[];
  readonly channels: ChannelCard[];
  readonly next: string | undefined;
}

/** Search in what is public [VI50]–[VI54]; the cursor is a place in the ranking. Channels come with the first page. */
export function createSearchVideos(deps: { views: VideoViews; channels: ChannelViews }) {
  return {
    async search(
      zone: ZoneContext,
      principal: Principal | undefined,
      query: { q: string; cursor?: string | undefined; limit: number },
    ): Promise<Found> {
      const from = Math.min(MOST, Math.max(0, Math.trunc(Number(placeOf(query.cursor, 1)?.[0] ?? 0)) || 0));
      const words = searchWords(query.q);
      if (words.length === 0) return { items: [], channels: [], next: undefined };
      const stems = words.map(({ stem }) => stem);
      const said = words.map((word) => word.said);
      const to = Math.min(MOST, from + query.limit);
      const [found, channelRows] = await Promise.all([
        zone.db.many(findVideos(stems, said, Math.min(MOST, to + 1))),
        from === 0 ? zone.db.many(findChannels(stems.join(' '), CHANNELS)) : [],
      ]);
      const ids = found.slice(from, to).map((row) => row.video_id);
      const channelIds = channelRows.map((row) => row.channel_id);
      const [cards, channels] = await Promise.all([deps.views.cardsOf(zone, principal, ids), deps.channels.cardsOf(zone, channelIds)]);
      return {
        items: ids.flatMap((id) => cards.get(id) ?? []),
        channels: channelIds.flatMap((id) => channels.get(id) ?? []),
        next: found.length > to && to < MOST ? cursorOf(to) : undefined,
      };
    },
    suggestions: async (zone: ZoneContext, q: string): Promise<string[]> =>
      (await zone.db.many(suggest(q, SUGGESTIONS))).map((row) => row.suggestion),
  };
}
export type SearchVideos = ReturnType<typeof createSearchVideos>;
