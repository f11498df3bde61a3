import { setTimeout as delay } from 'node:timers/promises';
import type { BlobStore, JobHandler, JobQueue, ZoneContext } from '@madang/kernel';
import { vodPrefix } from './asset-keys.ts';
import { deleteLeftover, findLeftover } from './asset-leftovers.ts';
import type { Uploads } from './upload.ts';

export interface ClearDeps {
  readonly blobs: BlobStore;
  readonly jobs: JobQueue;
  readonly uploads: Uploads;
}

const LOOK_MS = 100;
/** Longer than a lease: by then a job that was cancelled has ended, or its worker is dead. */
const LOOK_TIMES = 300;

/** Stops what makes the version, and only then takes its blobs away: nothing is put behind the back of who deletes. */
export function createClearHandler({ blobs, jobs, uploads }: ClearDeps): JobHandler<{ assetId: string; version: string }> {
  return async ({ zone, signal }, { assetId, version }) => {
    const leftover = await zone.db.maybeOne(findLeftover(assetId, version));
    if (leftover === undefined) return { nothing: true };
    for (const jobId of leftover.job_ids) await jobs.cancel(zone, jobId);
    for (const jobId of leftover.job_ids) await ended(jobs, zone, jobId, signal);
    await zone.db.transaction((tx) => uploads.discard(tx, leftover.upload_id));
    await blobs.delete(leftover.source_key);
    const deleted = await deleteBelow(blobs, vodPrefix(zone.zone.id, assetId, version), signal);
    await zone.db.run(deleteLeftover(assetId, version));
    return { deleted };
  };
}

async function ended(jobs: JobQueue, zone: ZoneContext, jobId: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; look < LOOK_TIMES; look++) {
    const status = await jobs.find(zone, jobId);
    if (status?.state !== 'running') return;
    await delay(LOOK_MS, undefined, { signal });
  }
  throw new Error(`job ${jobId} was cancelled and still runs`);
}

export async function deleteBelow(blobs: BlobStore, prefix: string, signal: AbortSignal): Promise<number> {
  let deleted = 0;
  for (;;) {
    signal.throwIfAborted();
    const page = await blobs.list(prefix);
    if (page.length === 0) return deleted;
    for (const { key } of page) await blobs.delete(key);
    deleted += page.length;
  }
}
