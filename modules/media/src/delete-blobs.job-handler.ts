import type { BlobStore, JobHandler, Queries } from '@madang/kernel';
import { deleteRow, findDeleting, type Leftover } from './file-store.ts';

/** Takes a file's blobs away, then its row: killed in between, the next try finds the row and does the rest. */
export async function clearAway(blobs: BlobStore, db: Queries, { id, blob_key: original }: Leftover): Promise<void> {
  await blobs.delete(original);
  await blobs.delete(original.replace(/original$/, 'thumbnail'));
  await db.run(deleteRow(id));
}

export function createDeleteBlobsHandler(blobs: BlobStore): JobHandler<{ fileIds: string[] }> {
  return async ({ zone, signal }, { fileIds }) => {
    for (const file of await zone.db.many(findDeleting(fileIds))) {
      signal.throwIfAborted();
      await clearAway(blobs, zone.db, file);
    }
  };
}
