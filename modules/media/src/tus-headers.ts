/** The headers of tus 1.0 (https://tus.io/protocols/resumable-upload), read strictly. */
import { createHash, type Hash } from 'node:crypto';
import { fail, MadangError, requestErrors } from '@madang/kernel';
import { tidyFileName } from './file-name.ts';
import { TUS_CHECKSUMS, TUS_VERSION } from './upload-contract.ts';
import { uploadErrors } from './upload-errors.ts';

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Chrome sends whatever type the system knows for the file's ending; a longer one is nonsense. */
const CONTENT_TYPE = /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,80}$/;
const KEY = /^[!-+\--~]{1,100}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MAX_METADATA = 8_192;

function headerOf(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(', ') : value)?.trim();
}

/** Throws 412 unless the client speaks our version. */
export function requireTus(headers: RequestHeaders): void {
  const version = headerOf(headers, 'tus-resumable');
  if (version !== TUS_VERSION)
    fail(uploadErrors.tus_version, {
      detail: `Tus-Resumable: ${version ?? '(missing)'}`,
      headers: { 'Tus-Version': TUS_VERSION },
      extra: { tusVersion: TUS_VERSION },
    });
}

/** Bytes, or undefined when the header is missing or not a whole number that JavaScript can hold. */
function bytesOf(headers: RequestHeaders, name: string): number | undefined {
  const text = headerOf(headers, name);
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const bytes = Number(text);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** How long the whole upload is. The length of what is not known yet is not deferred here. */
export function readUploadLength(headers: RequestHeaders): number {
  if (headerOf(headers, 'upload-defer-length') !== undefined)
    fail(uploadErrors.upload_length, { detail: 'the length cannot be deferred: say Upload-Length' });
  const length = bytesOf(headers, 'upload-length');
  if (length === undefined || length === 0) fail(uploadErrors.upload_length);
  return length;
}

/** Where the bytes of this request begin. */
export function readUploadOffset(headers: RequestHeaders): number {
  const offset = bytesOf(headers, 'upload-offset');
  if (offset === undefined) fail(requestErrors.invalid, { detail: 'Upload-Offset is a whole number of bytes' });
  return offset;
}

/** Bytes announced for the body; undefined for a chunked one. */
export function readContentLength(headers: RequestHeaders): number | undefined {
  return bytesOf(headers, 'content-length');
}

/** Whether the request carries bytes of the upload. */
export function carriesBytes(headers: RequestHeaders): boolean {
  return headerOf(headers, 'content-type')?.toLowerCase() === 'application/offset+octet-stream';
}

export function requireOffsetStream(headers: RequestHeaders): void {
  if (!carriesBytes(headers)) fail(requestErrors.unsupported_type, { detail: 'send application/offset+octet-stream' });
}

export interface UploadMetadata {
  readonly name: string;
  /** As the sender says; '' when unsaid or nonsense. Never trusted. */
  readonly contentType: string;
}

/** `filename` and `filetype` of `Upload-Metadata`, tidied; other keys are let be. Throws 400 for what is not metadata. */
export function readUploadMetadata(headers: RequestHeaders): UploadMetadata {
  const values = new Map<string, string>();
  const text = headerOf(headers, 'upload-metadata') ?? '';
  if (text.length > MAX_METADATA) fail(uploadErrors.upload_metadata, { detail: `at most ${MAX_METADATA} characters` });
  for (const pair of text === '' ? [] : text.split(',')) {
    const [key = '', value = '', ...more] = pair.trim().split(/ +/);
    if (!KEY.test(key) || !BASE64.test(value) || more.length > 0) fail(uploadErrors.upload_metadata, { detail: `"${key.slice(0, 40)}"` });
    if (values.has(key)) fail(uploadErrors.upload_metadata, { detail: `"${key.slice(0, 40)}" twice` });
    values.set(key, Buffer.from(value, 'base64').toString('utf8'));
  }
  const contentType = (values.get('filetype') ?? '').toLowerCase().replace(/;.*$/s, '').trim();
  return { name: tidyFileName(values.get('filename')), contentType: CONTENT_TYPE.test(contentType) ? contentType : '' };
}

/** The same as a header. */
export function writeUploadMetadata({ name, contentType }: UploadMetadata): string {
  const encoded = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  return `filename ${encoded(name)}${contentType === '' ? '' : `,filetype ${encoded(contentType)}`}`;
}

/** What the bytes of a request must hash to. */
export interface UploadChecksum {
  hash(): Hash;
  /** Throws 460 unless the hash, now complete, is the one that was sent. */
  verify(hash: Hash): void;
}

const DIGEST_BYTES: Record<(typeof TUS_CHECKSUMS)[number], number> = { sha1: 20, sha256: 32 };

export function readUploadChecksum(headers: RequestHeaders): UploadChecksum | undefined {
  const text = headerOf(headers, 'upload-checksum');
  if (text === undefined) return undefined;
  const [name = '', digest = '', ...more] = text.split(' ');
  const algorithm = TUS_CHECKSUMS.find((known) => known === name.toLowerCase());
  const expected = BASE64.test(digest) ? Buffer.from(digest, 'base64') : undefined;
  if (algorithm === undefined || expected?.length !== DIGEST_BYTES[algorithm] || more.length > 0)
    fail(uploadErrors.upload_checksum, { detail: text.slice(0, 100), extra: { algorithms: TUS_CHECKSUMS } });
  return {
    hash: () => createHash(algorithm),
    verify(hash) {
      const found = hash.digest();
      if (!found.equals(expected))
        throw new MadangError(uploadErrors.upload_checksum_mismatch, { detail: `${algorithm} is ${found.toString('base64')}` });
    },
  };
}
