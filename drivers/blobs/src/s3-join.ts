import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { BlobNotFound, type BlobPiece, type BlobStore, type JoinOptions, RangeNotSatisfiable } from '@madang/kernel';
import { copySource, METADATA, place, type S3Bucket } from './s3-bucket.ts';
import { inParts, MAX_PARTS } from './s3-upload.ts';

/** Some bytes of one piece, `from` inclusive, `to` exclusive. */
interface Stretch extends BlobPiece {
  readonly from: number;
  readonly to: number;
}

/**
 * The pieces as parts of one size, but for the last, since some stores insist. What lies in one piece is copied by the store
 * itself; what lies over the seam of two is fetched and sent.
 */
export async function joinPieces(
  bucket: S3Bucket,
  pieces: readonly BlobPiece[],
  to: string,
  { contentType, signal, get, partBytes: least }: JoinOptions & { readonly get: BlobStore['get']; readonly partBytes: number },
): Promise<void> {
  const { client, sdk } = bucket;
  const put = randomUUID();
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
  const partBytes = Math.max(least, Math.ceil(bytes / MAX_PARTS));
  const create = new sdk.CreateMultipartUploadCommand({
    ...place(bucket, to),
    ContentType: contentType,
    Metadata: { [METADATA.put]: put },
  });
  await inParts(bucket, to, create, { put, ...(signal && { signal }) }, async (uploadId, sendPart) => {
    for (let number = 1, at = 0; at < bytes; number++, at += partBytes) {
      const stretches = cut(pieces, at, Math.min(at + partBytes, bytes));
      const [only] = stretches;
      const part = { ...place(bucket, to), UploadId: uploadId, PartNumber: number };
      await sendPart(number, async (abortSignal) => {
        if (only === undefined || stretches.length > 1) {
          const data = Buffer.concat(await Array.fromAsync(stretches, (stretch) => read(get, stretch)));
          const command = new sdk.UploadPartCommand({ ...part, Body: data, ContentLength: data.length });
          return (await client.send(command, { abortSignal })).ETag;
        }
        const isWhole = only.from === 0 && only.to === only.bytes;
        const command = new sdk.UploadPartCopyCommand({
          ...part,
          CopySource: copySource(bucket, only.key),
          ...(!isWhole && { CopySourceRange: `bytes=${only.from}-${only.to - 1}` }),
        });
        return (await client.send(command, { abortSignal })).CopyPartResult?.ETag;
      });
    }
  });
}

async function read(get: BlobStore['get'], { key, bytes, from, to }: Stretch): Promise<Buffer> {
  const { info, body } = await get(key, { start: from, end: to - 1 }).catch((error: unknown) => {
    if (error instanceof RangeNotSatisfiable) throw new BlobNotFound(`${key} has not ${bytes} bytes`, { cause: error });
    throw error;
  });
  const data = await buffer(body);
  if (info.bytes !== bytes) throw new BlobNotFound(`${key} has ${info.bytes} bytes, not ${bytes}`);
  return data;
}

/** What of the pieces, one after another, lies from `start` to `end`. */
function cut(pieces: readonly BlobPiece[], start: number, end: number): Stretch[] {
  const found: Stretch[] = [];
  let at = 0;
  for (const piece of pieces) {
    const [from, to] = [Math.max(0, start - at), Math.min(piece.bytes, end - at)];
    if (from < to) found.push({ ...piece, from, to });
    at += piece.bytes;
  }
  return found;
}
