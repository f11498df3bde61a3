import { noContent, ok, type Principal, type RouteDefinition, requirePrincipal, sql, statement, type ZoneContext } from '@madang/kernel';
import { videoEndpoints } from './contract.ts';
import { cursorOf, nextCursor, type Page, pageOf, timePlaceOf } from './list-cursor.ts';
import type { Social, VideoCards } from './social-part.ts';
import { seesAll, visibleTo } from './video-access.ts';
import { mayWatchVideos, videoRoute } from './video-policies.ts';
import type { VideoCard } from './wire.ts';

/** [VI131] Of `h` and its video `v`: null when they have hardly begun or have seen it to its end. */
const RESUME = `case when h.position_seconds >= 5 and (v.duration_seconds is null or h.position_seconds <= v.duration_seconds * 0.95)
  then h.position_seconds end`;

const resumes = statement<{ video_id: string; at: number }, [personId: string, videoIds: readonly string[]]>(
  'video.resumes',
  `select r.video_id, r.at from (
     select h.video_id, ${RESUME} as at from video.history h join video.videos v on v.id = h.video_id
     where h.user_id = $1 and h.video_id = any($2::text[])) r where r.at is not null`,
);
const watcherOf = statement<{ liked: boolean; at: number | null }, [videoId: string, personId: string]>(
  'video.watcher',
  `select exists (select from video.likes l where l.video_id = v.id and l.user_id = $2) as liked, ${RESUME} as at
   from video.videos v left join video.history h on h.video_id = v.id and h.user_id = $2 where v.id = $1`,
);
const historyPage = statement<
  { video_id: string; watched_at: Date },
  [personId: string, seesAll: boolean, at: Date | 'infinity', videoId: string, limit: number]
>(
  'video.history_page',
  `select h.video_id, h.watched_at from video.history h join video.videos v on v.id = h.video_id
   where h.user_id = $1 and (h.watched_at, h.video_id) < ($3::timestamptz, $4::text) and ${visibleTo('$1', '$2')}
   order by h.watched_at desc, h.video_id desc limit $5`,
);

export interface WatchHistory extends Pick<Social, 'resumeSeconds' | 'watcher'> {
  list(
    zone: ZoneContext,
    principal: Principal,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<Page<{ video: VideoCard; watchedAt: string }>>;
  /** All of it without a video. */
  forget(zone: ZoneContext, principal: Principal, videoId?: string): Promise<void>;
}

/** [VI130] What one watched, the latest first. `flush` writes what this node still holds, so that it does not come back. */
export function createHistory(deps: { cards: VideoCards; flush: (zone: ZoneContext) => Promise<void> }): WatchHistory {
  return {
    async resumeSeconds(zone, userId, videoIds) {
      if (videoIds.length === 0) return new Map();
      const rows = await zone.db.many(resumes(userId, videoIds));
      return new Map(rows.map((row) => [row.video_id, row.at]));
    },

    async watcher(zone, userId, videoId) {
      const row = await zone.db.maybeOne(watcherOf(videoId, userId));
      return { liked: row?.liked ?? false, resumeSeconds: row?.at ?? null };
    },

    async list(zone, principal, { cursor, limit }) {
      const from = timePlaceOf(cursor);
      const found = await zone.db.many(historyPage(principal.id, seesAll(principal), from?.at ?? 'infinity', from?.id ?? '', limit + 1));
      const { rows, next } = pageOf(found, limit, (last) => cursorOf(last.watched_at.getTime(), last.video_id));
      const cards = await deps.cards.cardsOf(
        zone,
        principal,
        rows.map((row) => row.video_id),
      );
      const items = rows.flatMap((row) => {
        const card = cards.get(row.video_id);
        return card === undefined ? [] : { video: card, watchedAt: row.watched_at.toISOString() };
      });
      return { items, next };
    },

    async forget(zone, principal, videoId) {
      await deps.flush(zone);
      await zone.db.run(
        sql('delete from video.history where user_id = $1 and ($2::text is null or video_id = $2)', principal.id, videoId ?? null),
      );
    },
  };
}

export function historyRoutes(history: WatchHistory): RouteDefinition[] {
  const tag = 'watch history';
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/history', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        const page = await history.list(input.zone, requirePrincipal(input), input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/history', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        await history.forget(input.zone, requirePrincipal(input));
        return noContent();
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/history/:videoId', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        await history.forget(input.zone, requirePrincipal(input), input.params.videoId);
        return noContent();
      },
    }),
  ];
}
