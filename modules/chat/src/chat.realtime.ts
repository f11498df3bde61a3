import { fail, type Presence, type SocketContext, type SocketNamespace, signedIn, socketEvent, sql } from '@madang/kernel';
import { type Broadcasts, openRoom, watchedRoom } from './broadcasts.ts';
import type { CatchUp } from './catch-up.ts';
import { chatErrors } from './chat-errors.ts';
import { mayReadRooms, maySend } from './chat-policies.ts';
import { type Acknowledgements, CHAT_NAMESPACE, clientEvents } from './contract.ts';
import type { JoinRoom } from './join-room.ts';
import type { ReadMarks } from './mark-read.ts';
import { isRoomId, messageId } from './message-id.ts';
import type { MessageSender } from './message-sender.ts';
import { type RoomPresence, zonePlace } from './room-presence.ts';

const MOST_WATCHED = 200;

/** The namespace `/chat`: messages in, and nothing out but acknowledgements; what others see comes from the use cases. */
export function chatNamespace(use: {
  joinRoom: JoinRoom;
  catchUp: CatchUp;
  sender: MessageSender;
  readMarks: ReadMarks;
  roomPresence: RoomPresence;
  presence: Presence;
  broadcasts: Broadcasts;
}): SocketNamespace {
  /** Whoever has the room open hears it from there, and needs no hints from outside. */
  const open = async (context: SocketContext, roomId: string) => {
    await context.join(openRoom(roomId));
    if (context.isIn(watchedRoom(roomId))) await context.leave(watchedRoom(roomId));
  };

  return {
    name: CHAT_NAMESPACE,
    policy: signedIn('presence and hints concern a person; each event asks for more'),
    events: {
      'room:join': socketEvent({
        policy: mayReadRooms,
        payload: clientEvents['room:join'],
        handler: async (context, { roomId, after, rev }): Promise<Acknowledgements['room:join']> => {
          if (!isRoomId(roomId)) fail(chatErrors.room_not_found);
          const { zone, principal, socketId } = context;
          const already = context.isIn(openRoom(roomId));
          // May they? Then join the broadcast, and only then read where the room is: nothing falls between [CH21].
          await use.joinRoom(zone, principal, roomId);
          await open(context, roomId);
          try {
            const { row } = await use.joinRoom(zone, principal, roomId);
            const missed = await use.catchUp(zone, principal, row, { after, rev });
            return { ...missed, online: await use.roomPresence.enter(zone.zone.id, roomId, principal.id, socketId) };
          } catch (error) {
            if (!already) await context.leave(openRoom(roomId));
            throw error;
          }
        },
      }),
      'room:leave': socketEvent({
        policy: mayReadRooms,
        payload: clientEvents['room:leave'],
        handler: async (context, { roomId }) => {
          if (!context.isIn(openRoom(roomId))) return;
          await context.leave(openRoom(roomId));
          await context.join(watchedRoom(roomId));
          await use.roomPresence.leave(context.zone.zone.id, roomId, context.principal.id, context.socketId);
        },
      }),
      'message:send': socketEvent({
        policy: maySend,
        payload: clientEvents['message:send'],
        handler: async (context, input): Promise<Acknowledgements['message:send']> => {
          const { seq, createdAt } = await use.sender.sendForPlace(context.zone, context.principal, input);
          return { id: messageId(input.roomId, seq), seq, createdAt };
        },
      }),
      typing: socketEvent({
        policy: maySend,
        payload: clientEvents.typing,
        handler: async (context, { roomId, on }) => {
          if (!context.isIn(openRoom(roomId))) fail(chatErrors.room_not_found, { detail: 'the room is not open on this socket' });
          const { id: userId, name } = context.principal;
          use.broadcasts.toRoom(
            context.zone.zone.id,
            roomId,
            'typing',
            { roomId, userId, name, on },
            { exceptSocketId: context.socketId, volatile: true },
          );
        },
      }),
      read: socketEvent({
        policy: mayReadRooms,
        payload: clientEvents.read,
        handler: async (context, { roomId, seq }): Promise<Acknowledgements['read']> => ({
          ...(await use.readMarks.mark(context.zone, context.principal, roomId, seq, context.socketId)),
        }),
      }),
      'rooms:watch': socketEvent({
        policy: mayReadRooms,
        payload: clientEvents['rooms:watch'],
        handler: async (context): Promise<Acknowledgements['rooms:watch']> => {
          const rooms = await context.zone.db.many(
            sql<{ id: string }>(
              `select r.id from chat.members m join chat.rooms r on r.id = m.room_id
               where m.user_id = $1 and m.left_at is null and m.notifications <> 'none' and r.deleted_at is null
               order by r.active_at desc limit $2`,
              context.principal.id,
              MOST_WATCHED,
            ),
          );
          for (const { id } of rooms) if (!context.isIn(openRoom(id))) await context.join(watchedRoom(id));
          return { rooms: rooms.length };
        },
      }),
    },
    onConnect: ({ zone, principal, socketId }) => use.presence.enter(zonePlace(zone.zone.id), principal.id, socketId),
    onDisconnect: async ({ zone, principal, socketId }) => {
      await use.roomPresence.leaveAll(zone.zone.id, principal.id, socketId);
      await use.presence.leave(zonePlace(zone.zone.id), principal.id, socketId);
    },
  };
}
