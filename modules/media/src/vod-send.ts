import { read } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { BlobNotFound, type BlobRange, type BlobStore } from '@madang/kernel';
import { SMALL_BYTES, type VodFile, type VodFiles } from './vod-files.ts';
import type { Handle } from './vod-handles.ts';
import { heatOf } from './vod-memory.ts';

const BUFFER_BYTES = 512 * 1024;
/** So many are lent at once; who comes then gets smaller ones, so that slow clients in any number hold little. */
const LARGE_BUFFERS = 128;
const SMALL_BUFFER_BYTES = 16 * 1024;
/** Kept for the next. */
const SPARE_BUFFERS = 12;
/** Asked for this often lately, a file's bytes are worth keeping in memory. */
const WARM = 1.5;

/** Buffers for reading, used again and again. */
class ReadBuffers {
  readonly #spare: Buffer[] = [];
  #lent = 0;

  get lent(): number {
    return this.#lent;
  }

  lend(): Buffer {
    this.#lent += 1;
    if (this.#lent > LARGE_BUFFERS) return Buffer.allocUnsafeSlow(SMALL_BUFFER_BYTES);
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }

  giveBack(buffer: Buffer): void {
    this.#lent -= 1;
    if (buffer.length === BUFFER_BYTES && this.#spare.length < SPARE_BUFFERS) this.#spare.push(buffer);
  }
}

interface Sending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly file: VodFile;
  /** Both ends inclusive. */
  readonly start: number;
  readonly end: number;
  /** Writes the head; the bytes follow. */
  readonly head: () => void;
  readonly now: number;
}

/** Sends bytes of files from where they are quickest to have. */
export class VodSender {
  readonly buffers = new ReadBuffers();
  readonly #files: VodFiles;
  readonly #blobs: BlobStore;

  constructor(files: VodFiles, blobs: BlobStore) {
    this.#files = files;
    this.#blobs = blobs;
  }

  /** False, with nothing sent, when the file turned out to be another by now or gone: look again. */
  send(sending: Sending): true | Promise<boolean> {
    this.#files.used(sending.file, sending.now);
    if (sending.file.contents !== undefined) return sendContents(sending, sending.file.contents);
    return sending.file.local === undefined ? this.#sendFetched(sending) : this.#sendLocal(sending, sending.file.local);
  }

  async #sendLocal(sending: Sending, local: NonNullable<VodFile['local']>): Promise<boolean> {
    const { file, now } = sending;
    const { handles, memory } = this.#files;
    const lent = handles.lend(local, now);
    const handle = lent instanceof Promise ? await lent : lent;
    if (handle === undefined) {
      this.#files.forget(file);
      return false;
    }
    try {
      if (file.contents === undefined && heatOf(file, now) > WARM && !memory.has(file) && memory.reserve(file, now)) {
        const whole = await readAll(handle.fd, file.bytes).catch((error: unknown) => {
          memory.release(file);
          throw error;
        });
        if (memory.has(file)) file.contents = whole; // else forgotten meanwhile
        return sendContents(sending, whole);
      }
      if (file.contents !== undefined) return sendContents(sending, file.contents);
      await this.#pump(sending, handle);
      return true;
    } finally {
      handles.giveBack(handle);
    }
  }

  async #sendFetched(sending: Sending): Promise<boolean> {
    const { file, now, response, start, end } = sending;
    try {
      if ((await this.#files.fetch(file, now)) && file.contents !== undefined) return sendContents(sending, file.contents);
      const range: BlobRange | undefined = start === 0 && end === file.bytes - 1 ? undefined : { start, end };
      const { info, body } = await this.#blobs.get(file.key, range);
      if (`"${info.etag}"` !== file.etag) {
        body.destroy();
        this.#files.forget(file);
        return false;
      }
      sending.head();
      body.on('error', (error) => response.destroy(error));
      whenOver(sending, () => body.destroy());
      body.pipe(response);
      await finished(body, { writable: false }).catch(() => {}); // an error has cut the response, and a client that left the body
      return true;
    } catch (error) {
      if (!(error instanceof BlobNotFound)) throw error;
      this.#files.forget(file);
      return false;
    }
  }

  /** Reads and writes in turn with one buffer: a slow client is read for no faster than it takes. */
  #pump(sending: Sending, handle: Handle): Promise<void> {
    const { response, request, start, end } = sending;
    const { socket } = request;
    const { buffers } = this;
    sending.head();
    return new Promise((resolve, reject) => {
      const buffer = buffers.lend();
      let position = start;
      let reading = false;
      let over = false;
      const settle = (error?: Error | null) => {
        if (over) return;
        over = true;
        socket.off('close', onClose);
        response.off('finish', settle);
        buffers.giveBack(buffer);
        if (error) reject(error);
        else resolve();
      };
      // a read under way still fills the buffer; it settles when it is done
      const onClose = () => reading || settle();
      const onWritten = (error?: Error | null) => (error ? settle() : readOn());
      const onRead = (error: Error | null, got: number) => {
        reading = false;
        if (error || got === 0) return settle(error ?? new Error(`${sending.file.key} became shorter while it was read`));
        if (socket.destroyed) return settle();
        position += got;
        const chunk = got === buffer.length ? buffer : buffer.subarray(0, got);
        if (position <= end) response.write(chunk, onWritten);
        else response.end(chunk);
      };
      const readOn = () => {
        if (socket.destroyed) return settle();
        reading = true;
        read(handle.fd, buffer, 0, Math.min(buffer.length, end + 1 - position), position, onRead);
      };
      socket.on('close', onClose);
      response.on('finish', settle);
      readOn();
    });
  }
}

function sendContents(sending: Sending, contents: Buffer): true {
  const { file, response, start, end } = sending;
  sending.head();
  const isWhole = start === 0 && end === contents.length - 1;
  if (file.text !== undefined && isWhole) {
    response.end(file.text, 'latin1');
    return true;
  }
  if (contents.length > SMALL_BYTES) {
    file.readers += 1;
    whenOver(sending, () => {
      file.readers -= 1;
    });
  }
  response.end(isWhole ? contents : contents.subarray(start, end + 1));
  return true;
}

/** Once the answer has left or cannot any more. One that waits behind another on its connection hears nothing when that is cut. */
function whenOver({ request, response }: Sending, action: () => void): void {
  let over = false;
  const once = () => {
    if (over) return;
    over = true;
    action();
  };
  response.once('close', once);
  if (response.socket === null) request.socket.once('close', once);
}

function readAll(fd: number, bytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(bytes);
  return new Promise((resolve, reject) => {
    const next = (at: number) =>
      read(fd, whole, at, bytes - at, at, (error, got) => {
        if (error || got === 0) reject(error ?? new Error('the file became shorter while it was read'));
        else if (at + got === bytes) resolve(whole);
        else next(at + got);
      });
    next(0);
  });
}
