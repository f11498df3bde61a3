import { created, noContent, ok, type RouteDefinition, requirePrincipal, route } from '@madang/kernel';
import { mayReadRooms } from './chat-policies.ts';
import { chatEndpoints } from './contract.ts';
import { nextCursor } from './next-cursor.ts';
import type { Pins } from './pin-message.ts';
import type { RestrictPerson } from './restrict-person.ts';

const tag = 'room moderation';

export function moderationRoutes(use: { restrictions: RestrictPerson; pins: Pins }): RouteDefinition[] {
  const restrictionRoutes = (['bans', 'mutes'] as const).flatMap((kind) => [
    route(chatEndpoints, `GET /api/v1/rooms/:roomId/${kind}`, {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const page = await use.restrictions.list(input.zone, requirePrincipal(input), { kind, ...input.params, ...input.query });
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, `POST /api/v1/rooms/:roomId/${kind}`, {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const { userId, until = null, reason } = input.body;
        const { roomId } = input.params;
        return created(await use.restrictions.set(input.zone, requirePrincipal(input), { kind, roomId, userId, until, reason }));
      },
    }),
    route(chatEndpoints, `DELETE /api/v1/rooms/:roomId/${kind}/:userId`, {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.restrictions.lift(input.zone, requirePrincipal(input), { kind, ...input.params });
        return noContent();
      },
    }),
  ]);
  return [
    ...restrictionRoutes,
    route(chatEndpoints, 'GET /api/v1/rooms/:roomId/pins', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => ok({ items: await use.pins.list(input.zone, requirePrincipal(input), input.params.roomId) }),
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/pins', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => created(await use.pins.pin(input.zone, requirePrincipal(input), { ...input.params, ...input.body })),
    }),
    route(chatEndpoints, 'DELETE /api/v1/rooms/:roomId/pins/:messageId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.pins.unpin(input.zone, requirePrincipal(input), input.params);
        return noContent();
      },
    }),
  ];
}
