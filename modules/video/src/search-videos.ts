import { type Principal, statement, type ZoneContext } from '@madang/kernel';
import type { ChannelViews } from './channel-views.ts';
import { cursorOf, placeOf } from './list-cursor.ts';
import { searchWords } from './search-words.ts';
import { type VideoRow, videoColumns, videoTables } from './video-rows.ts';
import type { VideoViews } from './video-views.ts';
import type { ChannelCard, VideoCard } from './wire.ts';

/** So many results are ranked; nobody reads on. */
const MOST = 300;
const CHANNELS = 5;
const SUGGESTIONS = 8;

interface FoundRow extends VideoRow {
  /** A channel that was found; what the row says of a video is then null. */
  readonly found_channel: string | null;
}

/**
 * Videos as they are ranked, with what their cards say, then channels: the search and its answer in one round trip. Functions
 * and tables are read by one snapshot, so what is found is still there to be shown.
 */
const searchAll = statement<FoundRow, [stems: readonly string[], said: readonly string[], most: number, from: number, channels: string]>(
  'video.search',
  `select f.found_channel, f.place, ${videoColumns} from (
     select null as found_channel, place, video_id as id from video.find_videos($1::text[], $2::text[], $3::integer) with ordinality x (video_id, score, place)
     where place > $4
   ) f join ${videoTables} on v.id = f.id
   union all
   select f.channel_id, ${MOST} + f.place, ${videoColumns} from video.find_channels($5, ${CHANNELS}) with ordinality f (channel_id, score, place)
   join video.channels c on c.id = f.channel_id left join video.videos v on false
   order by place`,
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
      const rows = await zone.db.many(searchAll(stems, said, Math.min(MOST, to + 1), from, from === 0 ? stems.join(' ') : ''));
      const videos = rows.filter((row) => row.found_channel === null);
      const found = rows.flatMap(({ found_channel: id, owner_id, handle, channel_name: name, subscribers }) =>
        id === null ? [] : [{ id, owner_id, handle, name, subscribers }],
      );
      const [items, channels] = await Promise.all([
        deps.views.present(zone, principal, videos.slice(0, to - from)),
        deps.channels.cardsOfRows(zone, found),
      ]);
      return { items, channels, next: videos.length > to - from && to < MOST ? cursorOf(to) : undefined };
    },
    suggestions: async (zone: ZoneContext, q: string): Promise<string[]> =>
      (await zone.db.many(suggest(q, SUGGESTIONS))).map((row) => row.suggestion),
  };
}
export type SearchVideos = ReturnType<typeof createSearchVideos>;
