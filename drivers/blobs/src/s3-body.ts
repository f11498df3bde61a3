import { Readable } from 'node:stream';
import { readS3Error, unavailable } from './s3-errors.ts';

export interface S3BodySource {
  /** Names the object in errors. */
  readonly what: string;
  /** Bytes to come. */
  readonly bytes: number;
  /** Asks for the bytes from `received` on, of the very same object. */
  readonly resume: (received: number, signal: AbortSignal) => Promise<Readable>;
}

/** Cuts in a row without one byte between them, after which the reader is told. */
const MAX_FRUITLESS = 3;

/**
 * The bytes of an answer. A connection that is cut, or that the store closed because the reader was slow, is taken up again
 * where it ended; a reader therefore sees all the bytes, or an error, and never fewer bytes.
 */
export class S3Body extends Readable {
  readonly #source: S3BodySource;
  readonly #stop = new AbortController();
  #answer: Readable | undefined;
  #received = 0;
  #fruitless = 0;
  /** The stream has asked for bytes and got none since: it will not ask again. */
  #isWanted = false;

  constructor(answer: Readable, source: S3BodySource) {
    super({ highWaterMark: 256 * 1024 });
    this.#source = source;
    this.#attach(answer);
  }

  override _read(): void {
    this.#isWanted = true;
    if (this.#answer !== undefined) this.#answer.resume();
    else void this.#resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#stop.abort();
    this.#answer?.destroy();
    callback(error);
  }

  #attach(answer: Readable): void {
    this.#answer = answer;
    answer.pause();
    answer.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
      this.#fruitless = 0;
      this.#isWanted = false;
      if (!this.push(chunk)) answer.pause();
    });
    answer.once('end', () => {
      this.#answer = undefined;
      if (this.#received === this.#source.bytes) this.push(null);
      else this.#cut(new Error('the answer ended early'));
    });
    answer.on('error', (error) => {
      if (this.#answer !== answer) return;
      this.#answer = undefined;
      this.#cut(error);
    });
  }

  #cut(error: Error): void {
    if (this.destroyed) return;
    if (this.#received > this.#source.bytes) this.destroy(new Error(`${this.#source.what} came with too many bytes`));
    else if (++this.#fruitless > MAX_FRUITLESS) this.destroy(unavailable(this.#source.what, 'the object store broke off', error));
    else if (this.#isWanted) void this.#resume();
  }

  async #resume(): Promise<void> {
    try {
      const answer = await this.#source.resume(this.#received, this.#stop.signal);
      if (this.destroyed) answer.destroy();
      else {
        this.#attach(answer);
        answer.resume();
      }
    } catch (error) {
      this.destroy(readS3Error(error, this.#source.what) as Error);
    }
  }
}
