import { ok, type RouteDefinition, requirePrincipal } from '@madang/kernel';
import { videoEndpoints } from './contract.ts';
import { CAPTIONS_BODY, type VideoFiles } from './video-files.ts';
import { mayEditVideo, videoRoute } from './video-policies.ts';
import type { VideoViews } from './video-views.ts';

/** A source of 20 GB takes its time; while bytes flow nobody waits. */
const DOWNLOAD_MS = 6 * 3_600_000;

export function videoFileRoutes(use: { files: VideoFiles; views: VideoViews }): RouteDefinition[] {
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId/original', {
      policy: mayEditVideo,
      limits: { timeoutMs: DOWNLOAD_MS },
      handler: async (input) => use.files.original(input.zone, requirePrincipal(input), input.params.videoId, input.headers),
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId/thumbnails', {
      policy: mayEditVideo,
      handler: async (input) => ok(await use.files.thumbnails(input.zone, requirePrincipal(input), input.params.videoId)),
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/videos/:videoId/thumbnail', {
      policy: mayEditVideo,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await use.files.chooseThumbnail(input.zone, principal, input.params.videoId, input.body.index);
        return ok(await use.views.get(input.zone, principal, input.params.videoId, input.locale));
      },
    }),
    videoRoute(videoEndpoints, 'POST /api/v1/videos/:videoId/thumbnail-file', {
      policy: mayEditVideo,
      limits: { body: 'stream', timeoutMs: 60_000 },
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await use.files.uploadThumbnail(input.zone, principal, input.params.videoId, input);
        return ok(await use.views.get(input.zone, principal, input.params.videoId, input.locale));
      },
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/videos/:videoId/captions/:language', {
      policy: mayEditVideo,
      limits: { body: CAPTIONS_BODY },
      handler: async (input) => {
        const principal = requirePrincipal(input);
        const { videoId, language } = input.params;
        await use.files.putCaptions(input.zone, principal, videoId, { language, ...input.body });
        return ok(await use.views.get(input.zone, principal, videoId, input.locale));
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/videos/:videoId/captions/:captionsId', {
      policy: mayEditVideo,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await use.files.removeCaptions(input.zone, principal, input.params.videoId, input.params.captionsId);
        return ok(await use.views.get(input.zone, principal, input.params.videoId, input.locale));
      },
    }),
  ];
}
