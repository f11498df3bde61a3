import { created, noContent, ok, type RouteDefinition, requirePrincipal, route } from '@madang/kernel';
import { mayReadRooms } from './chat-policies.ts';
import { chatEndpoints } from './contract.ts';
import type { Invitations } from './invite.ts';
import { nextCursor } from './next-cursor.ts';
import type { RoomMembers } from './room-members.ts';
import type { RoomViews } from './room-views.ts';

const tag = 'room members';

export function memberRoutes(use: { members: RoomMembers; invitations: Invitations; rooms: RoomViews }): RouteDefinition[] {
  return [
    route(chatEndpoints, 'GET /api/v1/rooms/:roomId/members', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const page = await use.members.list(input.zone, requirePrincipal(input), { ...input.params, ...input.query });
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'PATCH /api/v1/rooms/:roomId/members/:userId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => ok(await use.members.update(input.zone, requirePrincipal(input), { ...input.params, ...input.body })),
    }),
    route(chatEndpoints, 'DELETE /api/v1/rooms/:roomId/members/:userId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.members.remove(input.zone, requirePrincipal(input), input.params);
        return noContent();
      },
    }),
    route(chatEndpoints, 'GET /api/v1/rooms/:roomId/invitations', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const page = await use.invitations.ofRoom(input.zone, requirePrincipal(input), input.params.roomId, input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/invitations', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const { userId = null, maxUses = null, expiresAt = null } = input.body;
        return created(
          await use.invitations.make(input.zone, requirePrincipal(input), { roomId: input.params.roomId, userId, maxUses, expiresAt }),
        );
      },
    }),
    route(chatEndpoints, 'DELETE /api/v1/rooms/:roomId/invitations/:invitationId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.invitations.withdraw(input.zone, requirePrincipal(input), input.params);
        return noContent();
      },
    }),
    route(chatEndpoints, 'GET /api/v1/invitations', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const page = await use.invitations.ofPerson(input.zone, requirePrincipal(input), input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'POST /api/v1/invitations/:token/accept', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const roomId = await use.invitations.accept(input.zone, requirePrincipal(input), input.params.token);
        return ok(await use.rooms.get(input.zone, requirePrincipal(input), roomId));
      },
    }),
  ];
}
