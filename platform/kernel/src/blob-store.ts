import type { Readable } from 'node:stream';

/** An object as a listing names it. */
export interface BlobEntry {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Stored bytes and what is known of them. `sha256` is hex of the whole object. */
export interface BlobInfo extends BlobEntry {
  readonly sha256: string | null;
  readonly contentType: string;
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
  /** False for bytes that soon become part of another object: nobody asks for their checksum, and `sha256` may be null. */
  readonly hash?: boolean;
  /** How often the object will be read; a store without classes keeps all alike. */
  readonly storageClass?: 'standard' | 'infrequent';
  readonly signal?: AbortSignal;
}

/** What a browser sends bytes to, or fetches them from, without passing through the server. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  /** To be sent as they are: the store refuses the request otherwise. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface PresignGetOptions {
  /** 1 to 604,800. Whoever holds the URL may read until then. */
  readonly expiresInSeconds: number;
  /** Answered as `Content-Type` and `Content-Disposition` instead of what was stored. */
  readonly contentType?: string;
  readonly contentDisposition?: string;
}

export interface PresignPutOptions {
  /** 1 to 604,800. Whoever holds the URL may put, and put again, until then. */
  readonly expiresInSeconds: number;
  readonly contentType: string;
  /** Exactly this many bytes are accepted. */
  readonly bytes: number;
}

/** Bytes that grow at their end; see `BlobStore.grow`. */
export interface GrowingBlob {
  /** Goes on where the write before ended. One at a time. */
  write(chunks: readonly Buffer[]): Promise<void>;
  /** What was written before is durable when this resolves. Writing may go on meanwhile. */
  sync(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A piece of what is joined: an object, which has as many bytes, or the first so many of what grew. */
export interface BlobPiece {
  readonly key: string;
  readonly bytes: number;
}

export interface JoinOptions {
  readonly contentType: string;
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
  /**
   * The bytes of all pieces, one after another, as one object without a checksum; the pieces stay. Throws `BlobNotFound` when
   * one is missing or has not that many bytes. Bytes are moved by the store itself wherever it can: one piece costs nothing.
   */
  join(pieces: readonly BlobPiece[], to: string, options: JoinOptions): Promise<BlobInfo>;
  /** Idempotent. */
  delete(key: string): Promise<void>;
  /** In key order, after `after` exclusive. */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<BlobEntry[]>;
  /**
   * Only of stores on this machine: bytes to be written from `at` on, over what stood there; from 0 on they may be new, else
   * throws `BlobNotFound` when there are not as many. They are listed and deleted like an object and only joined, not read.
   * Whoever calls sees to it that one writes at a time, and none once they are joined. A key is for an object or for this.
   */
  grow?(key: string, at: number): Promise<GrowingBlob>;
  /**
   * Only of stores on this machine: the file that begins with an object's bytes (`find` says how many), to be opened and
   * read, never written; undefined when it is not there. Good as long as the object is neither put again nor deleted; what was opened stays readable.
   */
  localPath?(key: string): Promise<string | undefined>;
  /** Only of stores that browsers can reach. The object need not be there yet. */
  presignGet?(key: string, options: PresignGetOptions): Promise<PresignedRequest>;
  /** Only of stores that browsers can reach. Nobody has hashed what arrives: `find` says `sha256: null`. */
  presignPut?(key: string, options: PresignPutOptions): Promise<PresignedRequest>;
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
