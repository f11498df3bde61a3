import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BlobNotFound, type GrowingBlob } from '@madang/kernel';
import { encodeTrailer } from './object-file.ts';

/** Bytes without a trailer yet. `keepName` makes the name durable, once, where the file is new. */
export class GrowingFile implements GrowingBlob {
  readonly #handle: FileHandle;
  #at: number;
  #keepName: (() => Promise<void>) | undefined;
  #closed: Promise<void> | undefined;

  constructor(handle: FileHandle, at: number, keepName?: () => Promise<void>) {
    this.#handle = handle;
    this.#at = at;
    this.#keepName = keepName;
  }

  async write(chunks: readonly Buffer[]): Promise<void> {
    const { bytesWritten } = await this.#handle.writev(chunks, this.#at);
    this.#at += bytesWritten;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (bytesWritten === bytes) return;
    // A disk takes all of it or says why not; a shared folder may take less.
    for (let rest = Buffer.concat(chunks).subarray(bytesWritten); rest.length > 0; ) {
      const next = await this.#handle.write(rest, 0, rest.length, this.#at);
      this.#at += next.bytesWritten;
      rest = rest.subarray(next.bytesWritten);
    }
  }

  async sync(): Promise<void> {
    await Promise.all([this.#handle.datasync(), this.#keepName?.()]);
    this.#keepName = undefined;
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}

/**
 * Makes a whole object of what grew. Whoever does this at the same time or again writes the very same bytes, so that a reader
 * of the object never sees another.
 */
export async function sealGrowing(file: string, { key, bytes, contentType }: { key: string; bytes: number; contentType: string }) {
  const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    if (size < bytes) throw new BlobNotFound(`${key} has ${size} bytes, not ${bytes}`);
    const etag = createHash('sha256').update(`${key}\n${bytes}`).digest('hex').slice(0, 32);
    const trailer = encodeTrailer({ contentType, bytes, sha256: null, etag });
    await handle.write(trailer, 0, trailer.length, bytes);
    // What was written and never counted.
    await handle.truncate(bytes + trailer.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
