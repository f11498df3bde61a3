import type { Readable } from 'node:stream';

/** Stored bytes and what is known of them. `sha256` is hex of the whole object. */
export interface BlobInfo {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly contentType: string;
  readonly etag: string;
  readonly lastModified: Date;
}

export interface BlobRange {
  /** First byte, inclusive. */
  readonly start: number;
  /** Last byte, inclusive; to the end when left out. */
  readonly end?: number;
}

export interface PutOptions {
  readonly contentType: string;
  /** Refuse, leaving nothing, when more bytes than this arrive (`BlobTooLarge`). */
  readonly maxBytes?: number;
  /** Hex; refuse, leaving nothing, when the bytes do not match. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

/**
 * Keys are `zones/{zone}/…`, forward slashes, no `.` or `..` segment, at most 900 bytes of UTF-8.
 * An object is visible whole or not at all, whatever is killed; the last finished put wins.
 */
export interface BlobStore {
  put(key: string, body: Readable | Buffer, options: PutOptions): Promise<BlobInfo>;
  find(key: string): Promise<BlobInfo | undefined>;
  /** Throws `BlobNotFound`; a range past the end throws `RangeNotSatisfiable`. */
  get(key: string, range?: BlobRange): Promise<{ info: BlobInfo; body: Readable }>;
  copy(from: string, to: string): Promise<BlobInfo>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
  /** In key order, after `after` exclusive. */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<BlobInfo[]>;
}

export class BlobNotFound extends Error {
  override readonly name = 'BlobNotFound';
}
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
}
export class BlobChecksumMismatch extends Error {
  override readonly name = 'BlobChecksumMismatch';
}
export class RangeNotSatisfiable extends Error {
  override readonly name = 'RangeNotSatisfiable';
}
