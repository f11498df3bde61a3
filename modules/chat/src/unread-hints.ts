import type { Closable, ZoneId } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';

const INTERVAL_MS = 1000;

interface Pending {
  readonly zoneId: ZoneId;
  readonly roomId: string;
  /** Newest place not told yet; 0 when all was told. */
  seq: number;
}

/** Tells those who watch a room from outside that it moved: the first time at once, then at most once a second. */
export class UnreadHints implements Closable {
  readonly #broadcasts: Broadcasts;
  readonly #rooms = new Map<string, Pending>();
  #timer: NodeJS.Timeout | undefined;

  constructor(broadcasts: Broadcasts) {
    this.#broadcasts = broadcasts;
  }

  touch(zoneId: ZoneId, roomId: string, seq: number): void {
    const known = this.#rooms.get(roomId);
    if (known !== undefined) {
      known.seq = seq;
      return;
    }
    this.#rooms.set(roomId, { zoneId, roomId, seq: 0 });
    this.#broadcasts.toWatchers(zoneId, roomId, 'unread', { roomId, seq });
    this.#timer ??= setInterval(() => this.#flush(), INTERVAL_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#rooms.clear();
  }

  #flush(): void {
    for (const [roomId, pending] of this.#rooms) {
      if (pending.seq === 0) {
        this.#rooms.delete(roomId);
        continue;
      }
      this.#broadcasts.toWatchers(pending.zoneId, roomId, 'unread', { roomId, seq: pending.seq });
      pending.seq = 0;
    }
    if (this.#rooms.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
