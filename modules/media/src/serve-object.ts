import type { Readable } from 'node:stream';
import { BlobNotFound, type BlobStore, fail, type Reply } from '@madang/kernel';
import { contentDisposition } from './file-name.ts';
import { mediaErrors } from './media-errors.ts';
import { parseRange } from './serve-file.ts';

/** Answers with an object of the store as a download under a name of its own, one range of it if that is asked for; access was decided before. */
export type ServeObject = (
  object: { readonly key: string; readonly name: string; readonly bytes: number },
  headers: Readonly<Record<string, string | string[] | undefined>>,
) => Promise<Reply<200, Readable> | Reply<206, Readable> | Reply<416, null>>;

export function createServeObject(blobs: Pick<BlobStore, 'get'>): ServeObject {
  return async ({ key, name, bytes }, headers) => {
    const common = {
      'Accept-Ranges': 'bytes',
      'Cache-Control': 'private, no-store',
      'Content-Disposition': contentDisposition('attachment', name),
      'Content-Type': 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
    };
    const range = parseRange(typeof headers.range === 'string' ? headers.range : undefined, bytes);
    if (range === 'unsatisfiable') return { status: 416, body: null, headers: { ...common, 'Content-Range': `bytes */${bytes}` } };
    try {
      const { body } = await blobs.get(key, range);
      if (range === undefined) return { status: 200, body, headers: { ...common, 'Content-Length': `${bytes}` } };
      const part = { 'Content-Range': `bytes ${range.start}-${range.end}/${bytes}`, 'Content-Length': `${range.end - range.start + 1}` };
      return { status: 206, body, headers: { ...common, ...part } };
    } catch (error) {
      if (error instanceof BlobNotFound) fail(mediaErrors.file_not_found, { cause: error });
      throw error;
    }
  };
}
