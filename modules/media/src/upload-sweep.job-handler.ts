import type { BlobStore, Clock, JobHandler } from '@madang/kernel';
import { clearUpload } from './upload-discard.job-handler.ts';
import type { DiscardUpload } from './upload-discard.ts';
import { countedKeys, findOverdue } from './upload-store.ts';

const BATCH = 100;
/** Longer than any part takes from its first byte until it is counted. */
const UNCOUNTED_MS = 24 * 3_600_000;

export interface SweepUploadsDeps {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly discard: DiscardUpload;
}

export function createSweepUploadsHandler({ blobs, clock, discard }: SweepUploadsDeps): JobHandler<object> {
  return async ({ zone, signal }) => {
    const now = clock.now();
    let expired = 0;
    let cleared = 0;
    for (let more = true; more; ) {
      const found = await zone.db.many(findOverdue(now, BATCH));
      for (const { id, state } of found) {
        signal.throwIfAborted();
        if (state === 'discarded') {
          await clearUpload(blobs, zone, id, signal);
          cleared++;
        } else if (await zone.db.transaction((tx) => discard(tx, id, { expiredBy: now }))) expired++;
      }
      more = found.length === BATCH;
    }
    return { expired, cleared };
  };
}

/** `zones/{zone}/uploads/{upload}/…` → the upload. */
const UPLOAD_OF_KEY = /^zones\/[^/]+\/uploads\/([^/]+)\//;

export function createSweepPartsHandler({ blobs, clock }: SweepUploadsDeps): JobHandler<object> {
  return async ({ zone, signal }) => {
    const prefix = `zones/${zone.zone.id}/uploads/`;
    const before = clock.now().getTime() - UNCOUNTED_MS;
    let orphans = 0;
    let after: string | undefined;
    do {
      signal.throwIfAborted();
      const page = await blobs.list(prefix, after === undefined ? {} : { after });
      after = page.at(-1)?.key;
      const old = page.filter((blob) => blob.lastModified.getTime() <= before).map((blob) => blob.key);
      if (old.length === 0) continue;
      const uploadIds = [...new Set(old.map((key) => UPLOAD_OF_KEY.exec(key)?.[1] ?? ''))];
      const counted = new Set((await zone.db.many(countedKeys(uploadIds, old))).map((row) => row.blob_key));
      for (const key of old) {
        if (counted.has(key)) continue;
        await blobs.delete(key);
        orphans++;
      }
    } while (after !== undefined);
    return { orphans };
  };
}
