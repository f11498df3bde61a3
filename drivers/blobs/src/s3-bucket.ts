import type * as S3 from '@aws-sdk/client-s3';
import type { BlobInfo, Logger } from '@madang/kernel';
import { readS3Error } from './s3-errors.ts';

/** The SDK, as loaded when a store is made: a server without S3 never holds its code in memory. */
export type S3Sdk = typeof S3;

/** Metadata kept with every object, `x-amz-meta-…`. */
export const METADATA = {
  /** Hex of the whole object. S3's own checksum of a multipart upload is one of checksums. */
  sha256: 'sha256',
  /** Names the put that wrote the object, so that a put whose answer was lost can tell whether it happened. */
  put: 'put',
} as const;

export interface S3Bucket {
  readonly sdk: S3Sdk;
  readonly client: S3.S3Client;
  readonly name: string;
  /** Before every key: empty, or ends with a slash. */
  readonly prefix: string;
  readonly logger: Logger;
}

/** Awaits one request and rejects with the port's words. `what` names the object. */
export async function ask<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw readS3Error(error, what);
  }
}

export const place = (bucket: S3Bucket, key: string): { Bucket: string; Key: string } => ({
  Bucket: bucket.name,
  Key: `${bucket.prefix}${key}`,
});

/** `CopySource`: the one place where the SDK leaves the escaping to its caller. */
export function copySource(bucket: S3Bucket, key: string): string {
  return [bucket.name, ...`${bucket.prefix}${key}`.split('/')].map(encodeURIComponent).join('/');
}

export async function head(bucket: S3Bucket, key: string, signal?: AbortSignal): Promise<S3.HeadObjectCommandOutput> {
  return ask(key, bucket.client.send(new bucket.sdk.HeadObjectCommand(place(bucket, key)), { abortSignal: signal }));
}

/** Of a HEAD or GET; `bytes` is of the whole object. */
export function infoOf(key: string, bytes: number, answer: S3.HeadObjectCommandOutput | S3.GetObjectCommandOutput): BlobInfo {
  const sha256 = answer.Metadata?.[METADATA.sha256] ?? '';
  return {
    key,
    bytes,
    sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    contentType: answer.ContentType ?? 'application/octet-stream',
    etag: plainEtag(answer.ETag),
    lastModified: answer.LastModified ?? new Date(0),
  };
}

export const plainEtag = (etag: string | undefined): string => (etag ?? '').replace(/^"|"$/g, '');
