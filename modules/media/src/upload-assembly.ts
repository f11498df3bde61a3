import type { BlobStore, ZoneContext } from '@madang/kernel';
import type { Uploads } from './upload.ts';
import { findParts, findUpload, type UploadPart } from './upload-store.ts';

/** See `Uploads.assemble`. An object that stands at the key with the length of the upload is what an earlier call made. */
export function createAssemble(blobs: BlobStore): Uploads['assemble'] {
  return async (zone, uploadId, key, signal) => {
    const length = await lengthOf(zone, uploadId);
    if ((await blobs.find(key))?.bytes === length) return { bytes: length };
    const parts = await findParts(zone.db, uploadId);
    requireWhole(uploadId, parts, length);
    const { bytes } = await blobs.join(parts, key, { contentType: 'application/octet-stream', ...(signal && { signal }) });
    return { bytes };
  };
}

async function lengthOf(zone: ZoneContext, uploadId: string): Promise<number> {
  const upload = await findUpload(zone.db, uploadId);
  if (upload?.state !== 'complete') throw new Error(`upload ${uploadId} is ${upload?.state ?? 'gone'}, not complete`);
  return upload.length;
}

function requireWhole(uploadId: string, parts: readonly UploadPart[], length: number): void {
  let end = 0;
  for (const part of parts) {
    if (part.start !== end) throw new Error(`upload ${uploadId} has a gap at ${end}`);
    end += part.bytes;
  }
  if (end !== length) throw new Error(`upload ${uploadId} ends at ${end} of ${length}`);
}
