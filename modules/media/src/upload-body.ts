import type { Readable } from 'node:stream';

/** How a body ended: whole, its sender gone, nothing for too long, or our own word. */
export type BodyEnd = 'whole' | 'broken' | 'idle' | 'stopped';

/** What is held of a body until it is asked for; its sender waits meanwhile. */
const HELD_BYTES = 320 * 1024;
/** Of a sender that sends byte by byte. */
const HELD_CHUNKS = 256;

/**
 * A request's body as pieces that are asked for. It flows into a list (asked chunk by chunk it would stop and start the socket
 * for each), and pauses while that is full. The stream is never destroyed here, or the request could not be answered.
 */
export class UploadBody {
  /** Called for everything that arrives. */
  onArrival: () => void = () => {};
  readonly #stream: Readable;
  readonly #idleMs: number;
  readonly #signal: AbortSignal | undefined;
  #held: Buffer[] = [];
  #bytes = 0;
  #end: BodyEnd | undefined;
  #wanted = 0;
  #wake: (() => void) | undefined;
  readonly #arrived = (chunk: Buffer): void => {
    this.#hold(chunk);
    if (this.#isFull) this.#stream.pause();
    this.onArrival();
    if (this.#bytes >= this.#wanted || this.#isFull) this.#wake?.();
  };
  readonly #ended = (): void => this.#finish('whole');
  readonly #broke = (): void => this.#finish(this.#stream.readableEnded ? 'whole' : 'broken');
  readonly #stopped = (): void => this.stop();

  constructor(stream: Readable, { idleMs, signal }: { idleMs: number; signal?: AbortSignal | undefined }) {
    this.#stream = stream;
    this.#idleMs = idleMs;
    this.#signal = signal;
    stream.on('end', this.#ended).on('error', this.#broke).on('close', this.#broke).on('data', this.#arrived);
    signal?.addEventListener('abort', this.#stopped);
    if (signal?.aborted) this.stop();
    else if (stream.destroyed || stream.readableEnded) this.#broke();
  }

  /** Once it has ended and everything that came was taken. */
  get end(): BodyEnd | undefined {
    return this.#bytes === 0 ? this.#end : undefined;
  }

  /** Whether nothing more will come of it, though what came may not have been taken yet. */
  get over(): boolean {
    return this.#end !== undefined || this.#stream.destroyed;
  }

  /** Takes no more than has come by now. Idempotent. */
  stop(): void {
    this.#finish('stopped');
  }

  /** Whether another byte is there; waits for it. */
  async hasMore(): Promise<boolean> {
    if (this.#bytes === 0) await this.#come(1);
    return this.#bytes > 0;
  }

  /** Up to `max` bytes, at least one; undefined at the end. */
  async next(max: number): Promise<Buffer | undefined> {
    if (!(await this.hasMore())) return undefined;
    const [first] = this.#held as [Buffer];
    return this.#give(Math.min(first.length, max))[0];
  }

  /** Up to `max` bytes: as many as are held at most, or all that came before the end; undefined at the end. */
  async take(max: number): Promise<Buffer[] | undefined> {
    await this.#come(HELD_BYTES);
    return this.#bytes === 0 ? undefined : this.#give(Math.min(this.#bytes, max));
  }

  /** Lets go of the stream. Idempotent. */
  close(): void {
    this.stop();
    const stream = this.#stream;
    stream.off('end', this.#ended).off('error', this.#broke).off('close', this.#broke).off('data', this.#arrived);
    this.#signal?.removeEventListener('abort', this.#stopped);
    // A connection that breaks now has nobody else to hear of it.
    stream.on('error', () => {});
  }

  get #isFull(): boolean {
    return this.#bytes >= HELD_BYTES || this.#held.length >= HELD_CHUNKS;
  }

  #hold(chunk: Buffer): void {
    this.#held.push(chunk);
    this.#bytes += chunk.length;
  }

  #give(bytes: number): Buffer[] {
    let given: Buffer[];
    if (bytes === this.#bytes) {
      given = this.#held;
      this.#held = [];
    } else {
      given = [];
      for (let left = bytes; left > 0; ) {
        const [first] = this.#held as [Buffer];
        given.push(first.subarray(0, left));
        if (first.length <= left) this.#held.shift();
        else this.#held[0] = first.subarray(left);
        left -= Math.min(left, first.length);
      }
    }
    this.#bytes -= bytes;
    if (this.#end === undefined && this.#stream.isPaused() && !this.#isFull) this.#stream.resume();
    return given;
  }

  #finish(end: BodyEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const stream = this.#stream;
    stream.off('data', this.#arrived);
    stream.pause();
    // What came and waits behind the pause is kept, whatever ended it; a sender that was stopped may go on for ever.
    for (let more = end === 'broken'; more; ) {
      const chunk = stream.read() as Buffer | null;
      if (chunk === null) more = false;
      else this.#hold(chunk);
    }
    this.#wake?.();
  }

  /** Waits for so many bytes, the end, or silence that is too long. */
  async #come(bytes: number): Promise<void> {
    while (this.#end === undefined && this.#bytes < bytes && !this.#isFull) {
      const before = this.#bytes;
      this.#wanted = bytes;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(() => {
        if (this.#bytes === before) this.#finish('idle');
        else resolve();
      }, this.#idleMs);
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
  }
}
