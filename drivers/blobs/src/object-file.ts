import type { FileHandle } from 'node:fs/promises';
import type { BlobInfo } from '@madang/kernel';

/*
 * One file holds one object: its bytes as received, then a trailer that says what they are. Bytes and trailer become
 * visible by one rename, so no crash can show the one without the other.
 *
 *   object bytes │ JSON │ length of JSON (uint32, big endian) │ "MDB1"
 */

const MAGIC = Buffer.from('MDB1', 'latin1');
const TAIL_BYTES = 8;
const MAX_JSON_BYTES = 4096;
/** Enough for every trailer there is: one read finds it. */
const FIRST_READ = 512;

export interface Trailer {
  readonly contentType: string;
  readonly bytes: number;
  /** Hex; null where nobody hashed it, and then there is an `etag`. */
  readonly sha256: string | null;
  readonly etag?: string;
}

export function encodeTrailer(trailer: Trailer): Buffer {
  const json = Buffer.from(JSON.stringify(trailer), 'utf8');
  const tail = Buffer.alloc(TAIL_BYTES);
  tail.writeUInt32BE(json.length, 0);
  MAGIC.copy(tail, 4);
  return Buffer.concat([json, tail]);
}

/** Throws when the file was damaged or is not the store's. */
export async function readInfo(key: string, handle: FileHandle): Promise<BlobInfo> {
  const { size, mtime } = await handle.stat();
  let end = await readEnd(handle, size, FIRST_READ);
  const damaged = () => new Error(`the stored object ${key} is damaged`);
  if (end.length < TAIL_BYTES || !end.subarray(-4).equals(MAGIC)) throw damaged();
  const length = end.readUInt32BE(end.length - TAIL_BYTES);
  if (length > MAX_JSON_BYTES || length + TAIL_BYTES > size) throw damaged();
  if (length + TAIL_BYTES > end.length) end = await readEnd(handle, size, length + TAIL_BYTES);
  const trailer = JSON.parse(end.subarray(-TAIL_BYTES - length, -TAIL_BYTES).toString('utf8')) as Trailer;
  if (trailer.bytes !== size - length - TAIL_BYTES) throw damaged();
  const { bytes, sha256, contentType } = trailer;
  return { key, bytes, sha256, contentType, etag: sha256 ?? trailer.etag ?? '', lastModified: mtime };
}

async function readEnd(handle: FileHandle, size: number, wanted: number): Promise<Buffer> {
  const length = Math.min(size, wanted);
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, size - length + read);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    read += bytesRead;
  }
  return buffer;
}

export async function writeAll(handle: FileHandle, chunks: Buffer[], bytes: number): Promise<void> {
  const { bytesWritten } = await handle.writev(chunks);
  // A disk takes all of it or says why not; a shared folder may take less.
  if (bytesWritten < bytes) await handle.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
}
