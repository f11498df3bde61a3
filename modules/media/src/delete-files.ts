import { defineJob, type JobQueue, type Queries, systemOnly } from '@madang/kernel';
import { z } from 'zod';
import { markDeleting } from './file-store.ts';

export const deleteBlobsJob = defineJob({
  name: 'media.delete-blobs',
  payload: z.object({ fileIds: z.array(z.string()).max(1000) }),
  policy: systemOnly('follows a deletion that was allowed'),
  attempts: 10,
});

export type DeleteFiles = (tx: Queries, fileIds: readonly string[]) => Promise<void>;

/** Files are gone for everyone when the transaction commits; their blobs follow. Idempotent; unknown ids are no matter. */
export function createDeleteFiles(jobs: JobQueue): DeleteFiles {
  return async (tx, fileIds) => {
    const gone = await markDeleting(tx, fileIds);
    if (gone.length > 0) await jobs.enqueue(tx, deleteBlobsJob, { fileIds: gone });
  };
}
