import { type JobHandler, sql } from '@madang/kernel';
import type { ChatFiles } from './chat-files.ts';
import { removeMessagesBelow } from './remove-messages.ts';

/** Message rows in bounded steps, then the room, which takes the rest with it. Killed anywhere, it goes on where it was. */
export function createHandler(deps: { files: ChatFiles }): JobHandler<{ roomId: string }> {
  return async ({ zone, signal, progress }, { roomId }) => {
    const room = await zone.db.maybeOne(
      sql<{ seq: number; first_seq: number }>('select seq, first_seq from chat.rooms where id = $1 and deleted_at is not null', roomId),
    );
    if (room === undefined) return;
    for (let first = room.first_seq; first <= room.seq; ) {
      signal.throwIfAborted();
      first = await removeMessagesBelow(zone, deps.files, roomId, room.seq + 1);
      await progress(Math.round((first / (room.seq + 1)) * 100));
    }
    await zone.db.run(sql('delete from chat.rooms where id = $1 and deleted_at is not null', roomId));
  };
}
