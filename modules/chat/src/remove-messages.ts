import { sql, type ZoneContext } from '@madang/kernel';
import type { ChatFiles } from './chat-files.ts';

const STEP = 1000;

/**
 * One bounded step towards `below`: removes the oldest messages, at most a thousand, and raises `firstSeq` with them, in one
 * transaction. The new `firstSeq`.
 */
export function removeMessagesBelow(zone: ZoneContext, files: ChatFiles, roomId: string, below: number): Promise<number> {
  return zone.db.transaction(async (tx) => {
    const room = await tx.maybeOne(
      sql<{ first_seq: number }>(
        `update chat.rooms r set first_seq = least(greatest(r.first_seq, $2::bigint), r.first_seq + $3::bigint)
         where r.id = $1 returning first_seq`,
        roomId,
        below,
        STEP,
      ),
    );
    if (room === undefined) return below;
    const removed = await tx.many(
      sql<{ file_ids: string[] | null }>(
        'delete from chat.messages where room_id = $1 and seq < $2 returning file_ids',
        roomId,
        room.first_seq,
      ),
    );
    await tx.run(sql('delete from chat.reactions where room_id = $1 and seq < $2', roomId, room.first_seq));
    await tx.run(sql('delete from chat.pins where room_id = $1 and seq < $2', roomId, room.first_seq));
    const fileIds = removed.flatMap((row) => row.file_ids ?? []);
    if (fileIds.length > 0) await files.release(tx, fileIds);
    return room.first_seq;
  });
}
