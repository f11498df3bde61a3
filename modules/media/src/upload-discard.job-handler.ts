import type { BlobStore, JobHandler, ZoneContext } from '@madang/kernel';
import { partsPrefix } from './upload-count.ts';
import { deleteUpload, isDiscarded } from './upload-store.ts';

const AT_ONCE = 16;

/** Takes the parts of a discarded upload away, counted or not, then its row: killed in between, the next try does the rest. */
export async function clearUpload(blobs: BlobStore, { zone, db }: ZoneContext, uploadId: string, signal: AbortSignal): Promise<void> {
  if ((await db.maybeOne(isDiscarded(uploadId))) === undefined) return;
  const prefix = partsPrefix(zone.id, uploadId);
  for (let found = await blobs.list(prefix); found.length > 0; found = await blobs.list(prefix)) {
    for (let at = 0; at < found.length; at += AT_ONCE) {
      signal.throwIfAborted();
      await Promise.all(found.slice(at, at + AT_ONCE).map((blob) => blobs.delete(blob.key)));
    }
  }
  await db.run(deleteUpload(uploadId));
}

export function createDiscardUploadHandler(blobs: BlobStore): JobHandler<{ uploadId: string }> {
  return ({ zone, signal }, { uploadId }) => clearUpload(blobs, zone, uploadId, signal);
}
