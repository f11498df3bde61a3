import { created, noContent, ok, type RouteDefinition, requirePrincipal } from '@madang/kernel';
import { videoEndpoints } from './contract.ts';
import { nextCursor } from './list-cursor.ts';
import type { Playlists } from './playlist.ts';
import { type PlaylistViews, WATCH_LATER } from './playlist-views.ts';
import { anyoneMayRead, mayKeepPlaylists, videoRoute } from './video-policies.ts';

const tag = 'playlists';

export function playlistRoutes(use: { playlists: Playlists; views: PlaylistViews }): RouteDefinition[] {
  const { playlists, views } = use;
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/playlists', {
      policy: anyoneMayRead,
      tag,
      handler: async (input) => {
        const { principal, query } = input;
        const own = principal !== undefined && (query.ownerId ?? principal.id) === principal.id;
        if (own && query.cursor === undefined && principal.scopeOf('playlist:create') !== undefined) {
          await playlists.ensureWatchLater(input.zone.db, principal.id);
        }
        const page = await views.list(input.zone, principal, query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    videoRoute(videoEndpoints, 'POST /api/v1/playlists', {
      policy: mayKeepPlaylists,
      tag,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        return created(await views.get(input.zone, principal, await playlists.create(input.zone, principal, input.body)));
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/playlists/:playlistId', {
      policy: anyoneMayRead,
      tag,
      handler: async (input) => {
        const { principal, params } = input;
        if (params.playlistId === WATCH_LATER && principal?.scopeOf('playlist:create') !== undefined) {
          await playlists.ensureWatchLater(input.zone.db, principal.id);
        }
        return ok(await views.get(input.zone, principal, params.playlistId));
      },
    }),
    videoRoute(videoEndpoints, 'PATCH /api/v1/playlists/:playlistId', {
      policy: mayKeepPlaylists,
      tag,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await playlists.update(input.zone, principal, input.params.playlistId, input.body);
        return ok(await views.get(input.zone, principal, input.params.playlistId));
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/playlists/:playlistId', {
      policy: mayKeepPlaylists,
      tag,
      handler: async (input) => {
        await playlists.remove(input.zone, requirePrincipal(input), input.params.playlistId);
        return noContent();
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/playlists/:playlistId/items', {
      policy: anyoneMayRead,
      tag,
      handler: async (input) => {
        const { principal, params } = input;
        if (params.playlistId === WATCH_LATER && principal?.scopeOf('playlist:create') !== undefined) {
          await playlists.ensureWatchLater(input.zone.db, principal.id);
        }
        const page = await views.items(input.zone, principal, params.playlistId, input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/playlists/:playlistId/items/:videoId', {
      policy: mayKeepPlaylists,
      tag,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await playlists.put(input.zone, principal, { ...input.params, index: input.body.index });
        return ok(await views.get(input.zone, principal, input.params.playlistId));
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/playlists/:playlistId/items/:videoId', {
      policy: mayKeepPlaylists,
      tag,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        await playlists.take(input.zone, principal, input.params);
        return ok(await views.get(input.zone, principal, input.params.playlistId));
      },
    }),
  ];
}
