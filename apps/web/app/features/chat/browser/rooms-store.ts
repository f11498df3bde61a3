import type { Room } from '@madang/chat/contract';
import { api } from '../../../api/browser.ts';
import { onForget } from '../../../api/forget.ts';
import { ApiProblem } from '../../../api/problem.ts';

export interface RoomsModel {
  /** Undefined until they were read. */
  readonly rooms: readonly Room[] | undefined;
  readonly problem: ApiProblem | undefined;
  readonly reading: boolean;
}

const EMPTY: RoomsModel = { rooms: undefined, problem: undefined, reading: false };

/** The person's rooms, once for the whole page: the list, the column beside a room and the count on the rail show the same. */
class RoomsStore {
  #model = EMPTY;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  readonly get = (): RoomsModel => this.#model;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What a loader just read. */
  seed(rooms: readonly Room[]): void {
    this.#set({ rooms, problem: undefined, reading: false });
  }

  async read(): Promise<void> {
    const turn = ++this.#turn;
    this.#set({ ...this.#model, reading: true });
    try {
      const { items } = await api('GET /api/v1/rooms', { query: { limit: 100 } });
      if (turn === this.#turn) this.seed(items);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (turn === this.#turn) this.#set({ ...this.#model, problem: error, reading: false });
    }
  }

  /** Soon, once for many reasons. */
  readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.read();
    }, 1_000);
  }

  change(roomId: string, change: (room: Room) => Room): void {
    const { rooms } = this.#model;
    if (rooms === undefined) return;
    const next = rooms.map((room) => (room.id === roomId ? change(room) : room));
    if (next.some((room, at) => room !== rooms[at])) this.#set({ ...this.#model, rooms: next });
  }

  /** A room's head moved on: what is not read grows by as much. */
  heard(roomId: string, seq: number): void {
    if (this.#model.rooms?.some((room) => room.id === roomId) === false) {
      this.readSoon();
      return;
    }
    this.change(roomId, (room) => {
      if (room.membership === null || seq <= room.seq) return room;
      return { ...room, seq, membership: { ...room.membership, unread: Math.max(0, seq - room.membership.readSeq) } };
    });
  }

  readUpTo(roomId: string, readSeq: number): void {
    this.change(roomId, (room) => {
      if (room.membership === null || readSeq <= room.membership.readSeq) return room;
      const unread = Math.max(0, Math.max(room.seq, readSeq) - readSeq);
      return { ...room, seq: Math.max(room.seq, readSeq), membership: { ...room.membership, readSeq, unread } };
    });
  }

  forget(): void {
    this.#turn++;
    this.#set(EMPTY);
  }

  #set(model: RoomsModel): void {
    this.#model = model;
    for (const listener of this.#listeners) listener();
  }
}

let page: RoomsStore | undefined;

/** Browser only: on the server each render has its loader's rooms. */
export function roomsStore(): RoomsStore {
  if (import.meta.env.SSR) throw new Error('rooms are kept in the browser only');
  if (page === undefined) {
    const created = new RoomsStore();
    onForget(() => {
      created.forget();
      void created.read();
    });
    page = created;
  }
  return page;
}
