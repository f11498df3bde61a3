import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type BlobInfo, BlobNotFound, BlobTooLarge, type PutOptions } from '@madang/kernel';
import { type BodyPart, MeasuredBody } from './measured-body.ts';
import { ask, copySource, head, METADATA, place, plainEtag, type S3Bucket } from './s3-bucket.ts';
import { isConditionFailed } from './s3-errors.ts';

/** Of one multipart upload, by S3's rules. */
export const MAX_PARTS = 10_000;
const PARTS_IN_FLIGHT = 3;

export interface UploadLimits {
  readonly partBytes: number;
  /** The most that one request copies. */
  readonly copyBytes: number;
}

/** One request for what fits a part, else a multipart upload. Holds at most PARTS_IN_FLIGHT + 2 parts in memory. */
export async function upload(
  bucket: S3Bucket,
  key: string,
  body: Readable | Buffer,
  options: PutOptions,
  limits: UploadLimits,
): Promise<BlobInfo> {
  const measured = new MeasuredBody(body, options);
  const put = randomUUID();
  // Parts of one size all along: some stores insist. A larger limit means larger parts.
  const partBytes = Math.max(limits.partBytes, Math.ceil((options.maxBytes ?? 0) / MAX_PARTS));
  const parts = measured.parts(partBytes);
  let etag: string | undefined;
  try {
    const first = await parts.next();
    if (first.done) throw new Error('a body has at least one part');
    if (first.value.isLast) {
      etag = await putWhole(bucket, key, first.value.data, { ...options, put, sha256: measured.sha256 });
    } else {
      const sha256 = measured.sha256 ?? options.sha256?.toLowerCase();
      etag = await putInParts(bucket, key, first.value, parts, { ...options, put, sha256 });
      if (sha256 === undefined && measured.sha256 !== undefined && measured.bytes <= limits.copyBytes)
        await addChecksum(bucket, key, put, measured, options);
    }
  } finally {
    await parts.return(undefined); // lets go of the source
  }
  return describeStored(bucket, key, put, {
    bytes: measured.bytes,
    etag,
    sha256: measured.sha256 ?? null,
    contentType: options.contentType,
  });
}

/** A completed multipart upload may answer without an etag, and no put answers with its time; the object has both. */
async function describeStored(
  bucket: S3Bucket,
  key: string,
  put: string,
  written: { bytes: number; etag: string | undefined; sha256: string | null; contentType: string },
): Promise<BlobInfo> {
  const stored = await head(bucket, key).catch((error: unknown) => {
    if (error instanceof BlobNotFound) return undefined; // deleted meanwhile
    throw error;
  });
  // What another put has written meanwhile is not described: this one's bytes are.
  const own = stored?.Metadata?.[METADATA.put] === put ? stored : undefined;
  return { ...written, key, etag: plainEtag(own?.ETag ?? written.etag), lastModified: stored?.LastModified ?? new Date() };
}

type Described = PutOptions & { readonly put: string };

function describe(bucket: S3Bucket, key: string, { contentType, storageClass, put, sha256 }: Described) {
  return {
    ...place(bucket, key),
    ContentType: contentType,
    Metadata: { [METADATA.put]: put, ...(sha256 !== undefined && { [METADATA.sha256]: sha256 }) },
    ...(storageClass === 'infrequent' && { StorageClass: 'STANDARD_IA' as const }),
  };
}

async function putWhole(bucket: S3Bucket, key: string, data: Buffer, options: Described): Promise<string | undefined> {
  // The signature covers the hash of the payload: the store refuses bytes that changed on the way.
  const command = new bucket.sdk.PutObjectCommand({ ...describe(bucket, key, options), Body: data, ContentLength: data.length });
  return (await ask(key, bucket.client.send(command, { abortSignal: options.signal }))).ETag;
}

async function putInParts(
  bucket: S3Bucket,
  key: string,
  first: BodyPart,
  rest: AsyncGenerator<BodyPart>,
  options: Described,
): Promise<string | undefined> {
  const create = new bucket.sdk.CreateMultipartUploadCommand(describe(bucket, key, options));
  return inParts(bucket, key, create, options, async (uploadId, sendPart) => {
    let part: BodyPart | undefined = first;
    for (let number = 1; part !== undefined; number++) {
      if (number > MAX_PARTS) throw new BlobTooLarge(`more than ${MAX_PARTS} parts: give maxBytes, so that parts are made larger`);
      const { data } = part;
      await sendPart(number, async (signal) => {
        const input = { ...place(bucket, key), UploadId: uploadId, PartNumber: number, Body: data, ContentLength: data.length };
        return (await bucket.client.send(new bucket.sdk.UploadPartCommand(input), { abortSignal: signal })).ETag;
      });
      part = part.isLast ? undefined : ((await rest.next()).value as BodyPart | undefined);
    }
  });
}

/** Runs one part when fewer than PARTS_IN_FLIGHT are under way; rejects as soon as any part has failed. */
type SendPart = (number: number, send: (signal: AbortSignal) => Promise<string | undefined>) => Promise<void>;

/** A multipart upload around `fill`: completed when that returns, and without a trace when anything fails. Returns the etag, if given. */
export async function inParts(
  bucket: S3Bucket,
  key: string,
  create: InstanceType<S3Bucket['sdk']['CreateMultipartUploadCommand']>,
  { put, signal }: { readonly put: string; readonly signal?: AbortSignal },
  fill: (uploadId: string, sendPart: SendPart) => Promise<void>,
): Promise<string | undefined> {
  const { client, sdk } = bucket;
  // Not cut off by the signal: an upload whose name never arrived could not be abandoned.
  const { UploadId: uploadId } = await ask(key, client.send(create));
  if (uploadId === undefined) throw new Error(`the object store began an upload without naming it (${key})`);
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([stop.signal, signal]);
  const underWay = new Set<Promise<void>>();
  const sent: { PartNumber: number; ETag: string | undefined }[] = [];
  let failed: Error | undefined;
  let isCompleting = false;
  try {
    await fill(uploadId, async (number, send) => {
      const part = ask(key, send(both))
        .then(
          (ETag) => void sent.push({ PartNumber: number, ETag }),
          (error: Error) => {
            failed ??= error;
          },
        )
        .finally(() => underWay.delete(part));
      underWay.add(part);
      if (underWay.size >= PARTS_IN_FLIGHT) await Promise.race(underWay);
      if (failed !== undefined) throw failed;
    });
    await Promise.all(underWay);
    if (failed !== undefined) throw failed;
    signal?.throwIfAborted();
    const Parts = sent.sort((a, b) => a.PartNumber - b.PartNumber);
    const complete = new sdk.CompleteMultipartUploadCommand({ ...place(bucket, key), UploadId: uploadId, MultipartUpload: { Parts } });
    isCompleting = true;
    return (await ask(key, client.send(complete, { abortSignal: signal }))).ETag;
  } catch (error) {
    stop.abort();
    await Promise.all(underWay);
    // The answer to the completion may have been lost, and its repetition then finds no such upload.
    if (isCompleting && (await isWrittenBy(bucket, key, put))) return undefined;
    await abandon(bucket, key, uploadId);
    throw error;
  }
}

async function isWrittenBy(bucket: S3Bucket, key: string, put: string): Promise<boolean> {
  const stored = await head(bucket, key).catch(() => undefined);
  return stored?.Metadata?.[METADATA.put] === put;
}

/** Parts of an upload that was not abandoned are swept when the store is next opened, a day later. */
export async function abandon(bucket: S3Bucket, key: string, uploadId: string): Promise<void> {
  const command = new bucket.sdk.AbortMultipartUploadCommand({ ...place(bucket, key), UploadId: uploadId });
  try {
    await ask(key, bucket.client.send(command));
  } catch (error) {
    if (error instanceof Error && (error.cause as Error | undefined)?.name === 'NoSuchUpload') return;
    bucket.logger.warn({ err: error, key }, 'the parts of an unfinished upload stay in the object store until they are swept');
  }
}

/**
 * S3 takes metadata when an upload begins, but the hash of a stream is known when it ends: it is added by copying the object
 * onto itself. The object is whole all the while; when this fails only `find` lacks the hash.
 */
async function addChecksum(bucket: S3Bucket, key: string, put: string, measured: MeasuredBody, options: PutOptions): Promise<void> {
  try {
    const written = await head(bucket, key, options.signal);
    if (written.Metadata?.[METADATA.put] !== put) return;
    const command = new bucket.sdk.CopyObjectCommand({
      ...describe(bucket, key, { ...options, put, sha256: measured.sha256 }),
      CopySource: copySource(bucket, key),
      CopySourceIfMatch: `"${plainEtag(written.ETag)}"`,
      MetadataDirective: 'REPLACE',
    });
    await ask(key, bucket.client.send(command));
  } catch (error) {
    if (error instanceof BlobNotFound || isConditionFailed(error)) return; // deleted or put again meanwhile
    bucket.logger.warn({ err: error, key }, 'the checksum of an object was not kept with it');
  }
}
