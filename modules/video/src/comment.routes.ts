import { created, noContent, ok, type RouteDefinition, requirePrincipal } from '@madang/kernel';
import type { CommentChanges } from './comment-change.ts';
import type { ListComments } from './comment-list.ts';
import type { SendComment } from './comment-send.ts';
import { videoEndpoints } from './contract.ts';
import { nextCursor } from './list-cursor.ts';
import { anyoneMayRead, mayComment, mayReact, mayWatchVideos, videoRoute } from './video-policies.ts';

const tag = 'comments';
/** Of one person. */
const sendRate = { name: 'video.comments', points: 30, windowSeconds: 60 };

export function commentRoutes(use: { list: ListComments; send: SendComment; changes: CommentChanges }): RouteDefinition[] {
  const { changes } = use;
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId/comments', {
      policy: anyoneMayRead,
      tag,
      handler: async (input) => {
        const page = await use.list(input.zone, input.principal, { ...input.params, ...input.query });
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    videoRoute(videoEndpoints, 'POST /api/v1/videos/:videoId/comments', {
      policy: mayComment,
      limits: { rate: sendRate },
      tag,
      handler: async (input) => {
        const { fresh, comment } = await use.send(input.zone, requirePrincipal(input), { ...input.params, ...input.body });
        return fresh ? created(comment) : ok(comment);
      },
    }),
    videoRoute(videoEndpoints, 'PATCH /api/v1/comments/:commentId', {
      policy: mayComment,
      tag,
      handler: async (input) => ok(await changes.edit(input.zone, requirePrincipal(input), input.params.commentId, input.body.body)),
    }),
    // What they wrote before their role changed is still theirs to take away.
    videoRoute(videoEndpoints, 'DELETE /api/v1/comments/:commentId', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        await changes.remove(input.zone, requirePrincipal(input), input.params.commentId);
        return noContent();
      },
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/comments/:commentId/like', {
      policy: mayReact,
      tag,
      handler: async (input) => ok(await changes.like(input.zone, requirePrincipal(input), input.params.commentId, true)),
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/comments/:commentId/like', {
      policy: mayReact,
      tag,
      handler: async (input) => ok(await changes.like(input.zone, requirePrincipal(input), input.params.commentId, false)),
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/comments/:commentId/pin', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await changes.pin(input.zone, requirePrincipal(input), input.params.commentId, true)),
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/comments/:commentId/pin', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await changes.pin(input.zone, requirePrincipal(input), input.params.commentId, false)),
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/comments/:commentId/hidden', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await changes.hide(input.zone, requirePrincipal(input), input.params.commentId, input.body.hidden)),
    }),
  ];
}
