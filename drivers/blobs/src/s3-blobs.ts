import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type BlobEntry,
  type BlobInfo,
  BlobNotFound,
  type BlobPiece,
  type BlobRange,
  type BlobStore,
  type Closable,
  type JoinOptions,
  type Logger,
  MadangError,
  type PresignedRequest,
  type PresignGetOptions,
  type PresignPutOptions,
  type PutOptions,
  RangeNotSatisfiable,
} from '@madang/kernel';
import { checkContentType, checkKey, checkPrefix, isKey } from './blob-key.ts';
import { S3Body } from './s3-body.ts';
import { ask, copySource, head, infoOf, METADATA, place, plainEtag, type S3Bucket, type S3Sdk } from './s3-bucket.ts';
import { isConditionFailed, unavailable } from './s3-errors.ts';
import { joinPieces } from './s3-join.ts';
import { sweepUploads } from './s3-sweep.ts';
import { inParts, MAX_PARTS, type UploadLimits, upload } from './s3-upload.ts';

export interface S3BlobsOptions {
  /** `https://host[:port]` of a store other than AWS's own. */
  readonly endpoint?: string;
  /** The same store as browsers reach it, for presigned requests; `endpoint` when left out. */
  readonly publicEndpoint?: string;
  readonly region: string;
  /** Must exist. */
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A folder in the bucket for everything, at most 124 bytes; the bucket itself when left out. */
  readonly prefix?: string;
  /** `host/bucket/key` (most stores but AWS) rather than `bucket.host/key`. */
  readonly forcePathStyle: boolean;
  readonly logger: Logger;
  /** Size of the parts in which more than one part is sent, at least 5 MiB; default 8 MiB. */
  readonly partBytes?: number;
  /** The most that is copied by one request; default 5 GiB, the most that S3 copies so. */
  readonly copyBytes?: number;
  /** Milliseconds after its beginning at which an unfinished multipart upload counts as dead; default 24 h. */
  readonly staleAfterMs?: number;
  /** Milliseconds of silence after which a connection is given up; default 60 s. */
  readonly idleTimeoutMs?: number;
}

export type S3Blobs = BlobStore & Required<Pick<BlobStore, 'presignGet' | 'presignPut'>> & Closable;

const MIB = 1024 * 1024;
const MAX_LIST = 1000;
const MAX_PREFIX_BYTES = 124;
const MAX_EXPIRY_SECONDS = 604_800;
const COPY_ATTEMPTS = 3;

/**
 * Objects in one bucket of an S3-compatible store. Loads the SDK, looks at the bucket and sweeps what killed puts left. Throws
 * a sentence that names the setting when the bucket is missing or refused; a store that does not answer is only warned of, since
 * it may answer later.
 */
export async function createS3Blobs(options: S3BlobsOptions): Promise<S3Blobs> {
  const sdk = await import('@aws-sdk/client-s3');
  const prefix = options.prefix === undefined || options.prefix === '' ? '' : `${options.prefix.replace(/\/+$/, '')}/`;
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) throw new Error(`the prefix in the bucket is at most ${MAX_PREFIX_BYTES} bytes long`);
  const bucket: S3Bucket = { sdk, client: connect(sdk, options, options.endpoint), name: options.bucket, prefix, logger: options.logger };
  try {
    await checkBucket(bucket, options);
    await sweep(bucket, Date.now() - (options.staleAfterMs ?? 86_400_000));
  } catch (error) {
    bucket.client.destroy();
    throw error;
  }
  return new BucketBlobs(bucket, options);
}

function connect(sdk: S3Sdk, options: S3BlobsOptions, endpoint: string | undefined): S3Client {
  return new sdk.S3Client({
    ...(endpoint !== undefined && { endpoint }),
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: options.forcePathStyle,
    // Stores other than AWS refuse the checksums that the SDK would send by default; the signed payload hash does their work.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    // Readers hold a connection for as long as they read, so there are many.
    requestHandler: {
      connectionTimeout: 3_000,
      socketTimeout: options.idleTimeoutMs ?? 60_000,
      httpAgent: { maxSockets: 512 },
      httpsAgent: { maxSockets: 512 },
    },
  });
}

async function checkBucket({ client, name, sdk, logger }: S3Bucket, { endpoint, region }: S3BlobsOptions): Promise<void> {
  const where = `the bucket ${name} at ${endpoint ?? `AWS ${region}`}`;
  try {
    await ask(where, client.send(new sdk.HeadBucketCommand({ Bucket: name })));
  } catch (error) {
    if (error instanceof BlobNotFound) throw new Error(`${where} does not exist: make it, or set another`, { cause: error });
    if (!(error instanceof MadangError)) throw error;
    logger.warn({ err: error }, `${where} does not answer; files cannot be stored or read until it does`);
  }
}

/** Leftovers cost space and do no other harm: that they cannot be listed or removed stops nothing. */
async function sweep(bucket: S3Bucket, olderThan: number): Promise<void> {
  try {
    const swept = await sweepUploads(bucket, olderThan);
    if (swept > 0) bucket.logger.info({ uploads: swept }, 'unfinished uploads of an earlier run removed');
  } catch (error) {
    bucket.logger.warn({ err: error }, 'unfinished uploads of earlier runs could not be swept');
  }
}

class BucketBlobs implements S3Blobs {
  readonly #bucket: S3Bucket;
  readonly #limits: UploadLimits;
  readonly #options: S3BlobsOptions;
  #publicClient: S3Client | undefined;

  constructor(bucket: S3Bucket, options: S3BlobsOptions) {
    this.#bucket = bucket;
    this.#options = options;
    this.#limits = { partBytes: options.partBytes ?? 8 * MIB, copyBytes: options.copyBytes ?? 5 * 1024 * MIB };
  }

  async put(key: string, body: Readable | Buffer, options: PutOptions): Promise<BlobInfo> {
    checkKey(key);
    checkContentType(options.contentType);
    // A source may fail before it is first read; the reading loop then throws what it failed with.
    if (body instanceof Readable) body.on('error', () => {});
    options.signal?.throwIfAborted();
    return upload(this.#bucket, key, body, options, this.#limits);
  }

  async find(key: string): Promise<BlobInfo | undefined> {
    checkKey(key);
    try {
      const answer = await head(this.#bucket, key);
      return infoOf(key, answer.ContentLength ?? 0, answer);
    } catch (error) {
      if (error instanceof BlobNotFound) return undefined;
      throw error;
    }
  }

  async get(key: string, range?: BlobRange): Promise<{ info: BlobInfo; body: Readable }> {
    checkKey(key);
    const { start, end } = checkRange(key, range);
    const answer = await this.#fetch(key, range === undefined ? undefined : `bytes=${start}-${end ?? ''}`);
    const { info, body, bytes } = answer;
    return {
      info,
      body: new S3Body(body, {
        what: key,
        bytes,
        resume: async (received, signal) => {
          const rest = `bytes=${start + received}-${start + bytes - 1}`;
          return (await this.#fetch(key, rest, { etag: info.etag, signal })).body;
        },
      }),
    };
  }

  /** `bytes` is how many the answer carries. */
  async #fetch(
    key: string,
    range: string | undefined,
    { etag, signal }: { etag?: string; signal?: AbortSignal } = {},
  ): Promise<{ info: BlobInfo; body: Readable; bytes: number }> {
    const { client, sdk } = this.#bucket;
    const command = new sdk.GetObjectCommand({
      ...place(this.#bucket, key),
      ...(range !== undefined && { Range: range }),
      ...(etag !== undefined && { IfMatch: `"${etag}"` }),
    });
    const answer = await ask(key, client.send(command, { abortSignal: signal })).catch((error: unknown) => {
      if (isConditionFailed(error)) throw unavailable(key, 'the object was replaced while it was read', error);
      throw error;
    });
    const body = answer.Body as Readable;
    const bytes = answer.ContentLength ?? 0;
    if (range === undefined) return { info: infoOf(key, bytes, answer), body, bytes };
    const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
    if (total !== undefined && bytes > 0) return { info: infoOf(key, Number(total), answer), body, bytes };
    body.destroy();
    if (bytes === 0) throw new RangeNotSatisfiable(`${key} has no bytes`);
    throw new Error(`the object store does not answer ranges (${key})`);
  }

  async copy(from: string, to: string): Promise<BlobInfo> {
    checkKey(from);
    checkKey(to);
    for (let attempt = 1; ; attempt++) {
      const source = await head(this.#bucket, from);
      const info = infoOf(from, source.ContentLength ?? 0, source);
      // S3 refuses to copy an object onto itself when nothing changes by it.
      if (from === to) return info;
      try {
        if (info.bytes <= this.#limits.copyBytes) await this.#copyWhole(info, to);
        else await this.#copyInParts(info, source.StorageClass === 'STANDARD_IA', to);
      } catch (error) {
        // Replaced since it was looked at.
        if (isConditionFailed(error) && attempt < COPY_ATTEMPTS) continue;
        throw error;
      }
      return infoOf(to, info.bytes, await head(this.#bucket, to));
    }
  }

  async #copyWhole({ key, etag }: BlobInfo, to: string): Promise<void> {
    const { client, sdk } = this.#bucket;
    const command = new sdk.CopyObjectCommand({
      ...place(this.#bucket, to),
      CopySource: copySource(this.#bucket, key),
      CopySourceIfMatch: `"${etag}"`,
    });
    await ask(key, client.send(command));
  }

  async #copyInParts({ key, bytes, etag, contentType, sha256 }: BlobInfo, isInfrequent: boolean, to: string): Promise<void> {
    const { client, sdk } = this.#bucket;
    const put = randomUUID();
    const create = new sdk.CreateMultipartUploadCommand({
      ...place(this.#bucket, to),
      ContentType: contentType,
      Metadata: { [METADATA.put]: put, ...(sha256 !== null && { [METADATA.sha256]: sha256 }) },
      ...(isInfrequent && { StorageClass: 'STANDARD_IA' }),
    });
    const partBytes = Math.max(this.#limits.copyBytes, Math.ceil(bytes / MAX_PARTS));
    await inParts(this.#bucket, to, create, { put }, async (uploadId, sendPart) => {
      for (let number = 1, at = 0; at < bytes; number++, at += partBytes) {
        const part = new sdk.UploadPartCopyCommand({
          ...place(this.#bucket, to),
          UploadId: uploadId,
          PartNumber: number,
          CopySource: copySource(this.#bucket, key),
          CopySourceIfMatch: `"${etag}"`,
          CopySourceRange: `bytes=${at}-${Math.min(at + partBytes, bytes) - 1}`,
        });
        await sendPart(number, async (signal) => (await client.send(part, { abortSignal: signal })).CopyPartResult?.ETag);
      }
    });
  }

  async join(pieces: readonly BlobPiece[], to: string, options: JoinOptions): Promise<BlobInfo> {
    for (const key of [to, ...pieces.map((piece) => piece.key)]) checkKey(key);
    checkContentType(options.contentType);
    options.signal?.throwIfAborted();
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    if (bytes === 0) return this.put(to, Buffer.alloc(0), options);
    const get: BlobStore['get'] = (key, range) => this.get(key, range);
    await joinPieces(this.#bucket, pieces, to, { ...options, get, partBytes: this.#limits.partBytes });
    const answer = await head(this.#bucket, to);
    if (answer.ContentLength === bytes) return infoOf(to, bytes, answer);
    // The store copied what it had of a piece without being asked how much that is.
    await this.delete(to);
    throw new BlobNotFound(`the pieces of ${to} have ${answer.ContentLength} bytes, not ${bytes}`);
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    const { client, sdk } = this.#bucket;
    try {
      await ask(key, client.send(new sdk.DeleteObjectCommand(place(this.#bucket, key))));
    } catch (error) {
      if (!(error instanceof BlobNotFound)) throw error;
    }
  }

  async list(prefix: string, options: { after?: string; limit?: number } = {}): Promise<BlobEntry[]> {
    checkPrefix(prefix);
    const { client, name, prefix: folder, sdk } = this.#bucket;
    const limit = Math.max(0, Math.min(options.limit ?? MAX_LIST, MAX_LIST));
    const found: BlobEntry[] = [];
    let after = options.after === undefined || options.after === '' ? undefined : folder + options.after;
    for (let isMore = true; isMore && found.length < limit; ) {
      const input = {
        Bucket: name,
        Prefix: folder + prefix,
        StartAfter: after,
        MaxKeys: limit - found.length,
        EncodingType: 'url' as const,
      };
      const page = await ask(prefix, client.send(new sdk.ListObjectsV2Command(input)));
      for (const { Key = '', Size = 0, ETag, LastModified = new Date(0) } of page.Contents ?? []) {
        after = decodeURIComponent(Key.replaceAll('+', ' '));
        const key = after.slice(folder.length);
        // Else an object that somebody made by other means, such as the folders of a web console.
        if (isKey(key)) found.push({ key, bytes: Size, etag: plainEtag(ETag), lastModified: LastModified });
      }
      isMore = page.IsTruncated === true && (page.Contents ?? []).length > 0;
    }
    return found;
  }

  async presignGet(key: string, { expiresInSeconds, contentType, contentDisposition }: PresignGetOptions): Promise<PresignedRequest> {
    checkKey(key);
    const command = new this.#bucket.sdk.GetObjectCommand({
      ...place(this.#bucket, key),
      ...(contentType !== undefined && { ResponseContentType: contentType }),
      ...(contentDisposition !== undefined && { ResponseContentDisposition: contentDisposition }),
    });
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const url = await getSignedUrl(this.#clientOfBrowsers(), command, { expiresIn: checkExpiry(expiresInSeconds) });
    return { method: 'GET', url, headers: {} };
  }

  async presignPut(key: string, { expiresInSeconds, contentType, bytes }: PresignPutOptions): Promise<PresignedRequest> {
    checkKey(key);
    checkContentType(contentType);
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new TypeError('a presigned put needs the number of its bytes');
    const command = new this.#bucket.sdk.PutObjectCommand({ ...place(this.#bucket, key), ContentType: contentType, ContentLength: bytes });
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const url = await getSignedUrl(this.#clientOfBrowsers(), command, {
      expiresIn: checkExpiry(expiresInSeconds),
      signableHeaders: new Set(['host', 'content-type', 'content-length']),
    });
    // Browsers send the length by themselves.
    return { method: 'PUT', url, headers: { 'Content-Type': contentType } };
  }

  #clientOfBrowsers(): S3Client {
    const { publicEndpoint } = this.#options;
    if (publicEndpoint === undefined) return this.#bucket.client;
    this.#publicClient ??= connect(this.#bucket.sdk, this.#options, publicEndpoint);
    return this.#publicClient;
  }

  async close(): Promise<void> {
    this.#bucket.client.destroy();
    this.#publicClient?.destroy();
  }
}

function checkRange(key: string, range: BlobRange | undefined): { start: number; end?: number } {
  if (range === undefined) return { start: 0 };
  const { start, end } = range;
  const isFine =
    Number.isSafeInteger(start) && start >= 0 && (end === undefined || (end >= start && (end === Infinity || Number.isInteger(end))));
  if (!isFine) throw new RangeNotSatisfiable(`${key}: ${start} to ${end ?? 'the end'} is no range`);
  return end === undefined || end > Number.MAX_SAFE_INTEGER ? { start } : { start, end };
}

function checkExpiry(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_EXPIRY_SECONDS) return seconds;
  throw new TypeError(`a presigned request lasts from 1 to ${MAX_EXPIRY_SECONDS} seconds`);
}
