import { createHash, type Hash } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import { BlobChecksumMismatch, BlobTooLarge, type PutOptions } from '@madang/kernel';

export interface BodyPart {
  readonly data: Buffer;
  readonly isLast: boolean;
}

/** A body cut into parts, counted and hashed (unless nobody asks for that) as it passes. Read once. */
export class MeasuredBody {
  readonly #body: Readable | Buffer;
  readonly #options: PutOptions;
  readonly #hash: Hash | undefined;
  #bytes = 0;
  #sha256: string | undefined;

  constructor(body: Readable | Buffer, options: PutOptions) {
    this.#body = body;
    this.#options = options;
    this.#hash = options.hash === false && options.sha256 === undefined ? undefined : createHash('sha256');
    if (!Buffer.isBuffer(body)) return;
    this.#take(body);
    this.#end();
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Hex; known from the start for a buffer, after the last part for a stream, never where nobody asks. */
  get sha256(): string | undefined {
    return this.#sha256;
  }

  /**
   * Parts of exactly `partBytes`, but for the last; one empty part for an empty body. Throws `BlobTooLarge`,
   * `BlobChecksumMismatch` (before it gives the last part), an `AbortError`, or what the source failed with.
   */
  async *parts(partBytes: number): AsyncGenerator<BodyPart> {
    const body = this.#body;
    if (Buffer.isBuffer(body)) {
      for (let at = 0; at === 0 || at < body.length; at += partBytes) {
        this.#options.signal?.throwIfAborted();
        yield { data: body.subarray(at, at + partBytes), isLast: at + partBytes >= body.length };
      }
      return;
    }
    let held: Buffer[] = [];
    let heldBytes = 0;
    const signal = this.#options.signal;
    for await (const chunk of signal === undefined ? body : addAbortSignal(signal, body)) {
      this.#take(chunk as Buffer);
      held.push(chunk as Buffer);
      heldBytes += (chunk as Buffer).length;
      // A part is given away once more than it has come, so that the last one is known to be the last.
      while (heldBytes > partBytes) {
        const all = Buffer.concat(held);
        held = [all.subarray(partBytes)];
        heldBytes -= partBytes;
        yield { data: all.subarray(0, partBytes), isLast: false };
      }
    }
    signal?.throwIfAborted();
    this.#end();
    yield { data: Buffer.concat(held), isLast: true };
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const { maxBytes } = this.#options;
    if (maxBytes !== undefined && this.#bytes > maxBytes) throw new BlobTooLarge(`more than ${maxBytes} bytes`);
    this.#hash?.update(chunk);
  }

  #end(): void {
    this.#sha256 = this.#hash?.digest('hex');
    const wanted = this.#options.sha256?.toLowerCase();
    if (wanted !== undefined && wanted !== this.#sha256) throw new BlobChecksumMismatch(`the bytes hash to ${this.#sha256}`);
  }
}
