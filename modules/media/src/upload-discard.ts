import { type Clock, defineJob, type JobQueue, type Queries, systemOnly } from '@madang/kernel';
import { z } from 'zod';
import { startDiscarding } from './upload-store.ts';
import { returnStorage } from './upload-usage.ts';

export const discardUploadJob = defineJob({
  name: 'media.discard-upload',
  payload: z.object({ uploadId: z.string() }),
  policy: systemOnly('follows the end of an upload'),
  attempts: 10,
  timeoutSeconds: 900,
});

/** When the sweeper looks after a job that was lost. */
const JOB_MS = 3_600_000;

/**
 * Gone for everyone and given back when the transaction commits; the parts follow. False when the conditions are not met: what
 * is claimed expires only while bytes are missing.
 */
export type DiscardUpload = (tx: Queries, uploadId: string, conditions?: { onlyUnclaimed?: boolean; expiredBy?: Date }) => Promise<boolean>;

export function createDiscardUpload({ jobs, clock }: { jobs: JobQueue; clock: Clock }): DiscardUpload {
  return async (tx, uploadId, { onlyUnclaimed = false, expiredBy } = {}) => {
    const sweepAfter = new Date(clock.now().getTime() + JOB_MS);
    const gone = await tx.maybeOne(startDiscarding(uploadId, sweepAfter, onlyUnclaimed, expiredBy ?? null));
    if (gone === undefined) return false;
    await returnStorage(tx, gone.owner_id, Number(gone.length));
    await jobs.enqueue(tx, discardUploadJob, { uploadId });
    return true;
  };
}
