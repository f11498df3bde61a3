import type { BlobStore, Clock, JobHandler } from '@madang/kernel';
import { clearAway } from './delete-blobs.job-handler.ts';
import type { DeleteFiles } from './delete-files.ts';
import { existingIds, findAbandoned, findUnattached } from './file-store.ts';

const HOUR_MS = 3_600_000;
/** Longer than any upload may take. */
const ABANDONED_MS = HOUR_MS;
/** Time to write the message a file is for. */
const UNATTACHED_MS = 24 * HOUR_MS;
const BATCH = 200;

export interface SweepDeps {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly deleteFiles: DeleteFiles;
}

export function createSweepFilesHandler({ blobs, clock, deleteFiles }: SweepDeps): JobHandler<object> {
  return async ({ zone, signal }) => {
    const now = clock.now().getTime();
    let abandoned = 0;
    let unattached = 0;
    for (let more = true; more; ) {
      const found = await zone.db.many(findAbandoned(new Date(now - ABANDONED_MS), BATCH));
      for (const file of found) {
        signal.throwIfAborted();
        await clearAway(blobs, zone.db, file);
      }
      abandoned += found.length;
      more = found.length === BATCH;
    }
    for (let more = true; more; ) {
      signal.throwIfAborted();
      const found = await zone.db.many(findUnattached(new Date(now - UNATTACHED_MS), BATCH));
      await zone.db.transaction((tx) =>
        deleteFiles(
          tx,
          found.map((file) => file.id),
        ),
      );
      unattached += found.length;
      more = found.length === BATCH;
    }
    return { abandoned, unattached };
  };
}

/** `zones/{zone}/users/{user}/files/{file}/…` → the file. */
const FILE_OF_KEY = /^zones\/[^/]+\/users\/[^/]+\/files\/([^/]+)\//;

export function createSweepOrphansHandler({ blobs, clock }: SweepDeps): JobHandler<object> {
  return async ({ zone, signal }) => {
    const prefix = `zones/${zone.zone.id}/users/`;
    const before = clock.now().getTime() - UNATTACHED_MS;
    let orphans = 0;
    let after: string | undefined;
    do {
      signal.throwIfAborted();
      const page = await blobs.list(prefix, after === undefined ? {} : { after });
      after = page.at(-1)?.key;
      const old = page.flatMap((blob) => {
        const fileId = FILE_OF_KEY.exec(blob.key)?.[1];
        return fileId === undefined || blob.lastModified.getTime() > before ? [] : [{ key: blob.key, fileId }];
      });
      if (old.length === 0) continue;
      const rows = await zone.db.many(existingIds([...new Set(old.map((blob) => blob.fileId))]));
      const known = new Set(rows.map((row) => row.id));
      for (const blob of old) {
        if (known.has(blob.fileId)) continue;
        await blobs.delete(blob.key);
        orphans++;
      }
    } while (after !== undefined);
    return { orphans };
  };
}
