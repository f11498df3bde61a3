import { noContent, ok, type RouteDefinition, requirePrincipal } from '@madang/kernel';
import { videoEndpoints } from './contract.ts';
import { nextCursor } from './list-cursor.ts';
import type { Members } from './member.ts';
import type { Subscriptions } from './subscription.ts';
import { mayWatchVideos, videoRoute } from './video-policies.ts';

const tag = 'channels';

export function subscriptionRoutes(use: { subscriptions: Subscriptions; members: Members }): RouteDefinition[] {
  const { subscriptions, members } = use;
  return [
    videoRoute(videoEndpoints, 'PUT /api/v1/channels/:channelId/subscription', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await subscriptions.set(input.zone, requirePrincipal(input), input.params.channelId, input.body)),
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/channels/:channelId/subscription', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await subscriptions.set(input.zone, requirePrincipal(input), input.params.channelId, null)),
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/subscriptions', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        const page = await subscriptions.list(input.zone, requirePrincipal(input), input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/channels/:channelId/members', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        const page = await members.list(input.zone, requirePrincipal(input), input.params.channelId, input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    videoRoute(videoEndpoints, 'PUT /api/v1/channels/:channelId/members/:userId', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        await members.add(input.zone, requirePrincipal(input), input.params);
        return noContent();
      },
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/channels/:channelId/members/:userId', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => {
        await members.remove(input.zone, requirePrincipal(input), input.params);
        return noContent();
      },
    }),
  ];
}
