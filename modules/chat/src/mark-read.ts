import { fail, type Principal, type ZoneContext } from '@madang/kernel';
import type { Broadcasts } from './broadcasts.ts';
import { chatErrors } from './chat-errors.ts';
import { Gather } from './gather.ts';
import { markRead, type ReadMark } from './member-store.ts';
import { isRoomId } from './message-id.ts';

const INTERVAL_MS = 100;
const MOST_PER_BATCH = 500;

export interface ReadResult {
  readonly readSeq: number;
  readonly unread: number;
}

/** [CH53] Marks of one zone that arrive together are one statement. Throws `chat.room_not_found` for who is not a member. */
export class ReadMarks {
  readonly #gather: Gather<ReadMark, ReadResult | undefined>;
  readonly #broadcasts: Broadcasts;

  constructor(deps: { broadcasts: Broadcasts }) {
    this.#broadcasts = deps.broadcasts;
    this.#gather = new Gather({
      intervalMs: INTERVAL_MS,
      most: MOST_PER_BATCH,
      run: async (zone, batch) => {
        const results = await markRead(
          zone.db,
          batch.map((entry) => entry.item),
        );
        for (const [index, entry] of batch.entries()) entry.resolve(results.get(index));
      },
    });
  }

  /** `socketId` is the tab that knows already. */
  async mark(zone: ZoneContext, principal: Principal, roomId: string, seq: number, socketId?: string): Promise<ReadResult> {
    if (!isRoomId(roomId)) fail(chatErrors.room_not_found);
    const result = await this.#gather.add(zone, { roomId, userId: principal.id, seq });
    if (result === undefined) fail(chatErrors.room_not_found, { detail: 'only members have a read marker' });
    const except = socketId === undefined ? undefined : { exceptSocketId: socketId };
    this.#broadcasts.toPerson(zone.zone.id, principal.id, 'read', { roomId, readSeq: result.readSeq }, except);
    return result;
  }

  close(): Promise<void> {
    return this.#gather.close();
  }
}
