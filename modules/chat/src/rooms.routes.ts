import { created, noContent, ok, type RouteDefinition, requirePrincipal, route } from '@madang/kernel';
import { mayOpenRooms, mayReadRooms } from './chat-policies.ts';
import { chatEndpoints } from './contract.ts';
import type { CreateRoom } from './create-room.ts';
import type { DeleteRoom } from './delete-room.ts';
import type { JoinRoom, LeaveRoom } from './join-room.ts';
import type { ReadMarks } from './mark-read.ts';
import { nextCursor } from './next-cursor.ts';
import type { RoomViews } from './room-views.ts';
import type { UpdateRoom } from './update-room.ts';

const tag = 'rooms';

export function roomRoutes(use: {
  rooms: RoomViews;
  createRoom: CreateRoom;
  updateRoom: UpdateRoom;
  deleteRoom: DeleteRoom;
  joinRoom: JoinRoom;
  leaveRoom: LeaveRoom;
  readMarks: ReadMarks;
}): RouteDefinition[] {
  return [
    route(chatEndpoints, 'GET /api/v1/rooms', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        const page = await use.rooms.list(input.zone, requirePrincipal(input), input.query);
        return ok({ items: page.items }, nextCursor(page));
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms', {
      policy: mayOpenRooms,
      tag,
      handler: async (input) => {
        const principal = requirePrincipal(input);
        const { roomId, fresh } = await use.createRoom(input.zone, principal, input.body);
        const room = await use.rooms.get(input.zone, principal, roomId);
        return fresh ? created(room) : ok(room);
      },
    }),
    route(chatEndpoints, 'GET /api/v1/rooms/:roomId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => ok(await use.rooms.get(input.zone, requirePrincipal(input), input.params.roomId)),
    }),
    route(chatEndpoints, 'PATCH /api/v1/rooms/:roomId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.updateRoom(input.zone, requirePrincipal(input), input.params.roomId, input.body);
        return ok(await use.rooms.get(input.zone, requirePrincipal(input), input.params.roomId));
      },
    }),
    route(chatEndpoints, 'DELETE /api/v1/rooms/:roomId', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.deleteRoom(input.zone, requirePrincipal(input), input.params.roomId);
        return noContent();
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/join', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.joinRoom(input.zone, requirePrincipal(input), input.params.roomId);
        return ok(await use.rooms.get(input.zone, requirePrincipal(input), input.params.roomId));
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/leave', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => {
        await use.leaveRoom(input.zone, requirePrincipal(input), input.params.roomId);
        return noContent();
      },
    }),
    route(chatEndpoints, 'POST /api/v1/rooms/:roomId/read', {
      policy: mayReadRooms,
      tag,
      handler: async (input) => ok(await use.readMarks.mark(input.zone, requirePrincipal(input), input.params.roomId, input.body.seq)),
    }),
  ];
}
