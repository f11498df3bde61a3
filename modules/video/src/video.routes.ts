import { created, fail, noContent, ok, type RouteDefinition, requirePrincipal } from '@madang/kernel';
import type { Assets } from '@madang/media';
import { listCaching } from './cache-headers.ts';
import { videoEndpoints } from './contract.ts';
import type { CreateVideo } from './create-video.ts';
import type { EndVideo } from './delete-video.ts';
import { nextCursor } from './list-cursor.ts';
import type { RelatedVideos } from './related-videos.ts';
import type { SearchVideos } from './search-videos.ts';
import type { UpdateVideo } from './update-video.ts';
import type { VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import type { VideoLists } from './video-lists.ts';
import { anyoneMayRead, mayEditVideo, mayOpenChannel, videoRoute } from './video-policies.ts';
import type { VideoViews } from './video-views.ts';

export function videoRoutes(use: {
  access: VideoAccess;
  assets: Assets;
  views: VideoViews;
  lists: VideoLists;
  search: SearchVideos;
  related: RelatedVideos;
  createVideo: CreateVideo;
  updateVideo: UpdateVideo;
  endVideo: EndVideo;
}): RouteDefinition[] {
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/videos', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, query }) => {
        const page = await use.lists.list(zone, principal, query);
        return ok({ items: page.items }, { ...listCaching(principal), ...nextCursor(page) });
      },
    }),
    videoRoute(videoEndpoints, 'POST /api/v1/videos', {
      policy: mayOpenChannel,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        const videoId = await use.createVideo(input.zone, principal, input.body);
        return created(await use.views.get(input.zone, principal, videoId, input.locale), { Location: `/api/v1/videos/${videoId}` });
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, params, locale }) => ok(await use.views.get(zone, principal, params.videoId, locale)),
    }),
    videoRoute(videoEndpoints, 'PATCH /api/v1/videos/:videoId', {
      policy: mayEditVideo,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await use.updateVideo(input.zone, principal, input.params.videoId, input.body);
        return ok(await use.views.get(input.zone, principal, input.params.videoId, input.locale));
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/videos/:videoId', {
      policy: mayEditVideo,
      handler: async (input) => {
        await use.endVideo.delete(input.zone, requirePrincipal(input), input.params.videoId);
        return noContent();
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId/playback', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, params }) => {
        const { row } = await use.access.reach(zone, principal, params.videoId);
        const playback = (await use.assets.playbacks(zone, [row.id])).get(row.id);
        if (playback === undefined) fail(videoErrors.not_playable, { retryAfterSeconds: 5 });
        return ok(playback);
      },
    }),
    videoRoute(videoEndpoints, 'POST /api/v1/videos/:videoId/retry', {
      policy: mayEditVideo,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await use.endVideo.retry(input.zone, principal, input.params.videoId);
        return ok(await use.views.get(input.zone, principal, input.params.videoId, input.locale));
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId/related', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, params, query }) =>
        ok({ items: await use.related(zone, principal, params.videoId, query.limit) }, listCaching(principal)),
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/search', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, query }) => {
        const found = await use.search.search(zone, principal, query);
        return ok({ items: found.items, channels: found.channels }, { ...listCaching(principal), ...nextCursor(found) });
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/search/suggestions', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, query }) => ok({ items: await use.search.suggestions(zone, query.q) }, listCaching(principal)),
    }),
  ];
}
