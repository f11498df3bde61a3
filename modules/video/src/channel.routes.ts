import { created, ok, type RouteDefinition, requirePrincipal } from '@madang/kernel';
import { listCaching } from './cache-headers.ts';
import type { ChannelViews } from './channel-views.ts';
import { videoEndpoints } from './contract.ts';
import type { EditChannel } from './edit-channel.ts';
import { nextCursor } from './list-cursor.ts';
import { anyoneMayRead, mayEditChannel, mayOpenChannel, mayWatchVideos, videoRoute } from './video-policies.ts';

export function channelRoutes(use: { channels: ChannelViews; editChannel: EditChannel }): RouteDefinition[] {
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/channels', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, query }) => {
        const page = await use.channels.list(zone, query);
        return ok({ items: page.items }, { ...listCaching(principal), ...nextCursor(page) });
      },
    }),
    videoRoute(videoEndpoints, 'POST /api/v1/channels', {
      policy: mayOpenChannel,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        const channelId = await use.editChannel.create(input.zone, principal, input.body);
        return created(await use.channels.get(input.zone, principal, channelId));
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/channels/mine', {
      policy: mayWatchVideos,
      handler: async (input) => ok(await use.channels.mine(input.zone, requirePrincipal(input))),
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/channels/:channelId', {
      policy: anyoneMayRead,
      handler: async ({ zone, principal, params }) => ok(await use.channels.get(zone, principal, params.channelId), listCaching(principal)),
    }),
    videoRoute(videoEndpoints, 'PATCH /api/v1/channels/:channelId', {
      policy: mayEditChannel,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        const channelId = await use.editChannel.update(input.zone, principal, input.params.channelId, input.body);
        return ok(await use.channels.get(input.zone, principal, channelId));
      },
    }),
  ];
}
