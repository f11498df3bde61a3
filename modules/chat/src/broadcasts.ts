import { type Broadcaster, type BroadcastOptions, type BroadcastTarget, personRoom, type ZoneId } from '@madang/kernel';
import { CHAT_NAMESPACE, type Change, type Message, type ServerEvents } from './contract.ts';

/** Broadcast rooms of the namespace: everyone who has the room open, and everyone who only wants to hear that it moved. */
export const openRoom = (roomId: string): string => `room:${roomId}`;
export const watchedRoom = (roomId: string): string => `watch:${roomId}`;

const CHANGE_EVENTS = { edited: 'message:edited', deleted: 'message:deleted', reaction: 'reaction' } as const;

/** Typed words to sockets; called after commits only. */
export class Broadcasts {
  readonly #broadcaster: Broadcaster;

  constructor(broadcaster: Broadcaster) {
    this.#broadcaster = broadcaster;
  }

  message(zoneId: ZoneId, message: Message): void {
    this.toRoom(zoneId, message.roomId, 'message:new', message);
  }

  change(zoneId: ZoneId, change: Change): void {
    this.toRoom(zoneId, change.roomId, CHANGE_EVENTS[change.kind], change);
  }

  roomChanged(zoneId: ZoneId, roomId: string, what: ServerEvents['room:changed']['what']): void {
    this.toRoom(zoneId, roomId, 'room:changed', { roomId, what });
  }

  standingChanged(zoneId: ZoneId, userId: string, roomId: string, what: ServerEvents['room:changed']['what']): void {
    this.toPerson(zoneId, userId, 'room:changed', { roomId, what });
  }

  toRoom<Name extends keyof ServerEvents>(
    zoneId: ZoneId,
    roomId: string,
    event: Name,
    payload: ServerEvents[Name],
    options?: BroadcastOptions,
  ): void {
    this.#broadcaster.emit(target(zoneId, openRoom(roomId)), event, payload, options);
  }

  toWatchers<Name extends keyof ServerEvents>(zoneId: ZoneId, roomId: string, event: Name, payload: ServerEvents[Name]): void {
    this.#broadcaster.emit(target(zoneId, watchedRoom(roomId)), event, payload);
  }

  toPerson<Name extends keyof ServerEvents>(
    zoneId: ZoneId,
    userId: string,
    event: Name,
    payload: ServerEvents[Name],
    options?: BroadcastOptions,
  ): void {
    this.#broadcaster.emit(target(zoneId, personRoom(userId)), event, payload, options);
  }

  /** The person's sockets hear no more of the room, on any node. */
  evict(zoneId: ZoneId, roomId: string, userId: string): void {
    this.#broadcaster.evict(target(zoneId, openRoom(roomId)), userId);
    this.#broadcaster.evict(target(zoneId, watchedRoom(roomId)), userId);
  }
}

const target = (zoneId: ZoneId, room: string): BroadcastTarget => ({ namespace: CHAT_NAMESPACE, zoneId, room });
