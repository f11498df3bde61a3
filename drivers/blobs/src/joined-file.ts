import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import { BlobNotFound, type BlobPiece, type JoinOptions } from '@madang/kernel';
import { ignoreMissing } from './missing-file.ts';
import { encodeTrailer, readInfo, writeAll } from './object-file.ts';

const BUFFER_BYTES = 1024 * 1024;

/** Where a piece may lie: as an object, or as what grew. */
export type PieceFile = BlobPiece & { readonly file: string; readonly growing: string };

/** The first piece is copied by the system, which may let both share their bytes; the others come behind it through one buffer. */
export async function writeJoined(temporary: string, pieces: readonly PieceFile[], { contentType, signal }: JoinOptions): Promise<void> {
  const [first] = pieces;
  signal?.throwIfAborted();
  if (first !== undefined) {
    const { path: from, handle } = await openPiece(first);
    await handle.close();
    await copyFile(from, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
  const target = await open(temporary, 'a', 0o600);
  try {
    await target.truncate(first?.bytes ?? 0);
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    for (const piece of pieces.slice(1)) {
      const { handle } = await openPiece(piece);
      try {
        for (let at = 0; at < piece.bytes; ) {
          signal?.throwIfAborted();
          const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, piece.bytes - at), at);
          if (bytesRead === 0) throw new BlobNotFound(`${piece.key} has ${at} bytes, not ${piece.bytes}`);
          await writeAll(target, [buffer.subarray(0, bytesRead)], bytesRead);
          at += bytesRead;
        }
      } finally {
        await handle.close();
      }
    }
    signal?.throwIfAborted();
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    const trailer = encodeTrailer({ contentType, bytes, sha256: null, etag: randomUUID() });
    await writeAll(target, [trailer], trailer.length);
    await target.sync();
  } finally {
    await target.close();
  }
}

/** What grew, or an object of exactly so many bytes. */
async function openPiece({ key, bytes, file, growing }: PieceFile): Promise<{ path: string; handle: FileHandle }> {
  for (const place of [growing, file]) {
    const handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW).catch(ignoreMissing);
    if (handle === undefined) continue;
    try {
      const has = place === growing ? (await handle.stat()).size : (await readInfo(key, handle)).bytes;
      if (place === growing ? has >= bytes : has === bytes) return { path: place, handle };
      throw new BlobNotFound(`${key} has ${has} bytes, not ${bytes}`);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
  throw new BlobNotFound(key);
}
