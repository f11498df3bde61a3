import type { Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Brotli 4 costs about what gzip 6 does and comes out smaller; higher is for files compressed once. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 5;

const TEXT = /^(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml|javascript)|application\/manifest\+json|image\/svg\+xml)/i;

export function isText(contentType: string): boolean {
  return TEXT.test(contentType) && !contentType.startsWith('text/event-stream');
}

/** The encoding to use for an `Accept-Encoding` header (RFC 9110 §12.5.3); `q=0` is a refusal. */
export function acceptedEncoding(header: string | string[] | undefined): Encoding | undefined {
  if (typeof header !== 'string' || header.length > 1000) return undefined;
  let best: Encoding | undefined;
  for (const part of header.split(',')) {
    const [name = '', ...params] = part.split(';').map((text) => text.trim().toLowerCase());
    if (params.some((param) => /^q=0(?:\.0*)?$/.test(param))) continue;
    if (name === 'br') return 'br';
    if (name === 'gzip') best = 'gzip';
  }
  return best;
}

/** Compressed forms of a body that is sent many times, made when first wanted. */
export type PackedBodies = Map<Encoding, Promise<Buffer>>;

/** As `compress`, once per encoding. */
export function compressOnce(bytes: string | Buffer, encoding: Encoding, packed: PackedBodies): Promise<Buffer> {
  let made = packed.get(encoding);
  if (made === undefined) {
    made = compress(bytes, encoding);
    packed.set(encoding, made);
  }
  return made;
}

/** Off the event loop. */
export function compress(bytes: string | Buffer, encoding: Encoding, quality: number = BROTLI_QUALITY): Promise<Buffer> {
  return encoding === 'br'
    ? brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } })
    : zip(bytes, { level: GZIP_LEVEL });
}

/** Each chunk of a streamed page leaves as soon as it was written. */
export function compressStream(encoding: Encoding): Transform & Readable {
  return encoding === 'br'
    ? createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH, params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
    : createGzip({ flush: constants.Z_SYNC_FLUSH, level: GZIP_LEVEL });
}
