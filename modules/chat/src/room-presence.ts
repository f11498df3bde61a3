import type { Closable, Logger, Presence, ZoneId } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';

export const roomPlace = (zoneId: ZoneId, roomId: string): string => `chat:${zoneId}:${roomId}`;
export const zonePlace = (zoneId: ZoneId): string => `chat:${zoneId}`;

interface OpenRoom {
  sockets: number;
  stop: Promise<() => void>;
  /** What was told last, so that nothing is told twice. */
  told: number;
}

/** Who is in a room, over all nodes; this node tells the room of changes while it has sockets there. */
export class RoomPresence implements Closable {
  readonly #presence: Presence;
  readonly #broadcasts: Broadcasts;
  readonly #logger: Logger;
  readonly #open = new Map<string, OpenRoom>();
  readonly #bySocket = new Map<string, Set<string>>();

  constructor(deps: { presence: Presence; broadcasts: Broadcasts; logger: Logger }) {
    this.#presence = deps.presence;
    this.#broadcasts = deps.broadcasts;
    this.#logger = deps.logger;
  }

  /** The count with this person in it. */
  async enter(zoneId: ZoneId, roomId: string, userId: string, socketId: string): Promise<number> {
    const place = roomPlace(zoneId, roomId);
    const rooms = this.#bySocket.get(socketId) ?? new Set();
    this.#bySocket.set(socketId, rooms);
    if (!rooms.has(roomId)) {
      rooms.add(roomId);
      this.#watch(zoneId, roomId, place).sockets++;
      await this.#presence.enter(place, userId, socketId);
    }
    return this.#presence.count(place);
  }

  async leave(zoneId: ZoneId, roomId: string, userId: string, socketId: string): Promise<void> {
    const rooms = this.#bySocket.get(socketId);
    if (rooms === undefined || !rooms.delete(roomId)) return;
    if (rooms.size === 0) this.#bySocket.delete(socketId);
    const place = roomPlace(zoneId, roomId);
    await this.#presence.leave(place, userId, socketId);
    const open = this.#open.get(place);
    if (open === undefined || --open.sockets > 0) return;
    this.#open.delete(place);
    this.#stop(open);
  }

  /** Every room the socket was in, also those it was put out of. */
  async leaveAll(zoneId: ZoneId, userId: string, socketId: string): Promise<void> {
    const rooms = [...(this.#bySocket.get(socketId) ?? [])];
    await Promise.all(rooms.map((roomId) => this.leave(zoneId, roomId, userId, socketId)));
  }

  async close(): Promise<void> {
    for (const open of this.#open.values()) this.#stop(open);
    this.#open.clear();
  }

  #watch(zoneId: ZoneId, roomId: string, place: string): OpenRoom {
    const known = this.#open.get(place);
    if (known !== undefined) return known;
    const open: OpenRoom = {
      sockets: 0,
      told: -1,
      stop: this.#presence.watch(place, (online) => {
        if (online === open.told) return;
        open.told = online;
        this.#broadcasts.toRoom(zoneId, roomId, 'presence', { roomId, online }, { volatile: true });
      }),
    };
    this.#open.set(place, open);
    return open;
  }

  #stop(open: OpenRoom): void {
    open.stop.then(
      (stop) => stop(),
      (error) => this.#logger.warn({ err: error }, 'presence of a room could not be watched'),
    );
  }
}
