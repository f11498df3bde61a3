import type { Readable } from 'node:stream';
import { BlobNotFound, type BlobRange, type BlobStore, fail, type Logger, RangeNotSatisfiable, type Reply } from '@madang/kernel';
import type { StoredFile } from './file.ts';
import { contentDisposition } from './file-name.ts';
import { mediaErrors } from './media-errors.ts';
import { isInline } from './sniff.ts';

export interface ServeOptions {
  readonly variant: 'original' | 'thumbnail';
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cacheControl: string;
}

export type FileReply = Reply<200, Readable> | Reply<206, Readable> | Reply<304, null> | Reply<416, null>;
export type ServeFile = (file: StoredFile, options: ServeOptions) => Promise<FileReply>;

/** Nothing of it runs, loads or frames anything. PDF viewers do not start inside a sandbox and bring their own. */
const CONTENT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'";
const PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'";

/** Answers with the bytes: conditional requests (RFC 9110 §13) first, then one range (§14); access was decided before. */
export function createServeFile(blobs: BlobStore, logger: Logger): ServeFile {
  return async (file, { variant, headers, cacheControl }) => {
    const thumbnail = variant === 'thumbnail';
    const key = thumbnail ? file.thumbnailKey : file.blobKey;
    if (key === null) fail(mediaErrors.file_not_found, { detail: 'the file has no thumbnail' });
    const contentType = thumbnail ? 'image/webp' : file.contentType;
    const size = thumbnail ? file.thumbnailBytes : file.bytes;
    const etag = `"${file.sha256}${thumbnail ? '-thumbnail' : ''}"`;
    const common = {
      ETag: etag,
      'Cache-Control': cacheControl,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': contentType === 'application/pdf' ? PDF_POLICY : CONTENT_POLICY,
      'Content-Disposition': contentDisposition(
        isInline(contentType) ? 'inline' : 'attachment',
        thumbnail ? `${file.name}.webp` : file.name,
      ),
      'Accept-Ranges': 'bytes',
    };
    if (matches(one(headers['if-none-match']), etag)) return { status: 304, body: null, headers: common };
    const ifRange = one(headers['if-range']);
    const asked = ifRange === undefined || ifRange === etag ? parseRange(one(headers.range), size) : undefined;
    const unsatisfiable = { status: 416 as const, body: null, headers: { ...common, 'Content-Range': `bytes */${size}` } };
    if (asked === 'unsatisfiable') return unsatisfiable;
    try {
      const { body } = await blobs.get(key, asked);
      const answer = { ...common, 'Content-Type': contentType };
      if (asked === undefined) return { status: 200, body, headers: { ...answer, 'Content-Length': String(size) } };
      return {
        status: 206,
        body,
        headers: {
          ...answer,
          'Content-Range': `bytes ${asked.start}-${asked.end}/${size}`,
          'Content-Length': String(asked.end - asked.start + 1),
        },
      };
    } catch (error) {
      if (error instanceof RangeNotSatisfiable) return unsatisfiable;
      if (!(error instanceof BlobNotFound)) throw error;
      logger.error({ fileId: file.id, key }, 'a file that was accepted has no bytes in the blob store');
      fail(mediaErrors.file_not_found, { cause: error });
    }
  };
}

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header.join(', ') : header);

/** `If-None-Match` compares weakly. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}

/**
 * The one range of a `Range` header against an object's size. Undefined, meaning the whole, for none, several, another
 * unit or nonsense: a server may ignore those (RFC 9110 §14.2).
 */
export function parseRange(header: string | undefined, size: number): Required<BlobRange> | 'unsatisfiable' | undefined {
  const parts = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header?.trim() ?? '');
  if (parts === null) return undefined;
  const [, first = '', last = ''] = parts;
  if (first === '') {
    if (last === '') return undefined;
    const length = Number(last);
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
