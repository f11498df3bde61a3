import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { fail, MadangError, requestErrors } from '@madang/kernel';
import { tidyFileName } from './file-name.ts';
import { mediaErrors } from './media-errors.ts';
import { SNIFF_BYTES } from './sniff.ts';

/** A request that carries one file as multipart/form-data (RFC 7578). */
export interface UploadRequest {
  readonly stream: Readable;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly signal?: AbortSignal;
}

export interface ReceivedFile {
  readonly name: string;
  readonly bytes: number;
  /** The first bytes, enough to tell the type. */
  readonly head: Buffer;
}

/** What boundaries, part headers and small fields may add to a file. */
const MULTIPART_OVERHEAD = 64 * 1024;

/**
 * Writes the one file of a request to `to` as it arrives, in constant memory. Throws `MadangError` for another content
 * type, no file or several, more than `maxBytes`, and a body that breaks off. After a refusal the rest of the request
 * is left unread for the edge to deal with; it is never destroyed here, or the answer could not be sent.
 */
export async function readUpload({ stream, headers, signal }: UploadRequest, to: string, maxBytes: number): Promise<ReceivedFile> {
  const contentType = headers['content-type'];
  if (typeof contentType !== 'string' || !/^multipart\/form-data\s*;/i.test(contentType)) {
    fail(requestErrors.unsupported_type, { detail: 'send multipart/form-data with one file' });
  }
  const tooLarge = () => new MadangError(mediaErrors.file_too_large, { detail: `at most ${maxBytes} bytes`, extra: { maxBytes } });
  if (Number(headers['content-length'] ?? 0) > maxBytes + MULTIPART_OVERHEAD) throw tooLarge();
  const parser = openParser(contentType);
  let current: BusboyFileStream | undefined;
  let received: Promise<ReceivedFile> | undefined;

  try {
    return await new Promise<ReceivedFile>((resolve, reject) => {
      const malformed = (error: unknown) =>
        reject(
          error instanceof MadangError ? error : new MadangError(mediaErrors.upload_malformed, { detail: String(error), cause: error }),
        );
      const brokenOff = () => malformed(new Error('the body broke off'));
      parser.on('file', (_field, file, name) => {
        file.on('error', () => {}); // told by `save`; a file that is not saved has nothing to tell
        if (received !== undefined) {
          file.resume();
          return reject(new MadangError(mediaErrors.one_file));
        }
        current = file;
        received = save(file, tidyFileName(name), to, maxBytes, tooLarge);
        // A full disk is our trouble, anything else the sender's.
        received.catch((error: NodeJS.ErrnoException) => (error.syscall === undefined ? malformed(error) : reject(error)));
      });
      parser.on('filesLimit', () => reject(new MadangError(mediaErrors.one_file)));
      parser.on('partsLimit', () => malformed(new Error('too many parts')));
      parser.on('error', malformed);
      parser.on('finish', () =>
        received === undefined ? reject(new MadangError(mediaErrors.one_file, { detail: 'no file came' })) : resolve(received),
      );
      stream.on('error', brokenOff);
      stream.on('close', () => {
        if (!stream.readableEnded) brokenOff();
      });
      if (stream.destroyed && !stream.readableEnded) brokenOff();
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      signal?.throwIfAborted();
      stream.pipe(parser);
    });
  } catch (error) {
    stream.unpipe(parser);
    current?.destroy();
    parser.destroy();
    // The file is being written until its stream has closed: nobody may remove it under the writer.
    await received?.catch(() => {});
    throw error;
  }
}

function openParser(contentType: string): InstanceType<typeof Busboy> {
  try {
    const headers = { 'content-type': contentType } as BusboyHeaders;
    const limits = { files: 2, fields: 10, parts: 12, fieldNameSize: 100, fieldSize: 4096, headerPairs: 20, headerSize: 8192 };
    return new Busboy({ headers, limits });
  } catch (error) {
    fail(mediaErrors.upload_malformed, { detail: String(error), cause: error });
  }
}

async function save(file: Readable, name: string, to: string, maxBytes: number, tooLarge: () => Error): Promise<ReceivedFile> {
  const head: Buffer[] = [];
  let headBytes = 0;
  let bytes = 0;
  await pipeline(
    file,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge();
        if (headBytes < SNIFF_BYTES) {
          head.push(chunk.subarray(0, SNIFF_BYTES - headBytes));
          headBytes += Math.min(chunk.length, SNIFF_BYTES - headBytes);
        }
        yield chunk;
      }
    },
    createWriteStream(to, { flags: 'wx', mode: 0o600 }),
  );
  return { name, bytes, head: Buffer.concat(head) };
}
