import { Readable } from 'node:stream';
import { BlobNotFound, type BlobStore, type ZoneContext } from '@madang/kernel';
import type { Uploads } from './upload.ts';
import { findParts, findUpload, type UploadPart } from './upload-store.ts';

const OPTIONS = { contentType: 'application/octet-stream' } as const;

/** See `Uploads.assemble`. An object that stands at the key with the length of the upload is what an earlier call made. */
export function createAssemble(blobs: BlobStore): Uploads['assemble'] {
  return async (zone, uploadId, key, signal) => {
    const length = await lengthOf(zone, uploadId);
    const made = await blobs.find(key);
    if (made?.bytes === length && made.sha256 !== null) return { bytes: length, sha256: made.sha256 };
    const parts = await findParts(zone.db, uploadId);
    requireWhole(uploadId, parts, length);
    signal?.throwIfAborted();
    const [only] = parts;
    const copied = parts.length === 1 && only !== undefined ? await blobs.copy(only.key, key) : undefined;
    const joined = () => Readable.from(bytesOf(blobs, parts), { objectMode: false });
    const stored = copied?.sha256 ? copied : await blobs.put(key, joined(), { ...OPTIONS, maxBytes: length, ...(signal && { signal }) });
    if (stored.sha256 === null) throw new TypeError('the blob store gives no checksum for what it has just stored');
    if (stored.bytes !== length) throw new Error(`upload ${uploadId} has ${length} bytes, but ${stored.bytes} were put together`);
    return { bytes: stored.bytes, sha256: stored.sha256 };
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

async function* bytesOf(blobs: BlobStore, parts: readonly UploadPart[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const { info, body } = await blobs.get(part.key);
    if (info.bytes !== part.bytes) {
      body.destroy();
      throw new BlobNotFound(`${part.key} has ${info.bytes} bytes, not the ${part.bytes} that were counted`);
    }
    yield* body;
  }
}
