import type { Readable } from 'node:stream';

/** How a body ended: whole, its sender gone, nothing for too long, or our own word. */
export type BodyEnd = 'whole' | 'broken' | 'idle' | 'stopped';

/**
 * A request's body as pieces that are asked for: at most what was asked is held beside what the stream itself buffers.
 * The stream is never destroyed here, or the request could not be answered.
 */
export class UploadBody {
  /** Called for everything that arrives. */
  onArrival: () => void = () => {};
  readonly #stream: Readable;
  readonly #idleMs: number;
  #rest: Buffer | undefined;
  #end: BodyEnd | undefined;
  #emptied = false;
  #wake: (() => void) | undefined;
  readonly #woken = () => this.#wake?.();
  readonly #stopped: () => void;
  readonly #signal: AbortSignal | undefined;

  constructor(stream: Readable, options: { idleMs: number; signal?: AbortSignal | undefined }) {
    this.#stream = stream;
    this.#idleMs = options.idleMs;
    this.#signal = options.signal;
    this.#stopped = () => this.stop();
    for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, this.#woken);
    options.signal?.addEventListener('abort', this.#stopped);
  }

  /** Once it has ended and everything that came was taken. */
  get end(): BodyEnd | undefined {
    return this.#rest === undefined ? this.#end : undefined;
  }

  /** Whether nothing more will come of it, though what came may not have been taken yet. */
  get over(): boolean {
    return this.#end !== undefined || this.#stream.destroyed;
  }

  /** Takes no more than has come by now. Idempotent. */
  stop(): void {
    this.#end ??= 'stopped';
    this.#woken();
  }

  /** Whether another byte is there; waits for it. */
  async hasMore(): Promise<boolean> {
    this.#rest ??= await this.#read();
    return this.#rest !== undefined;
  }

  /** Up to `max` bytes, at least one; undefined at the end. */
  async next(max: number): Promise<Buffer | undefined> {
    const all = this.#rest ?? (await this.#read());
    if (all === undefined || all.length <= max) {
      this.#rest = undefined;
      return all;
    }
    this.#rest = all.subarray(max);
    return all.subarray(0, max);
  }

  /** Lets go of the stream. Idempotent. */
  close(): void {
    this.stop();
    for (const event of ['readable', 'end', 'error', 'close']) this.#stream.off(event, this.#woken);
    this.#signal?.removeEventListener('abort', this.#stopped);
    // A connection that breaks now has nobody else to hear of it.
    this.#stream.on('error', () => {});
  }

  async #read(): Promise<Buffer | undefined> {
    const stream = this.#stream;
    while (!this.#emptied) {
      // What came before the end is kept, whatever ended it; a sender that was stopped may go on for ever.
      this.#emptied = this.#end !== undefined;
      const chunk = stream.read() as Buffer | null;
      if (chunk !== null) {
        this.onArrival();
        return chunk;
      }
      if (stream.readableEnded) this.#end ??= 'whole';
      else if (stream.destroyed || stream.errored !== null) this.#end ??= 'broken';
      else if (this.#signal?.aborted) this.#end ??= 'stopped';
      if (this.#end !== undefined) break;
      await this.#change();
    }
    return undefined;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#end ??= 'idle';
        this.#woken();
      }, this.#idleMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
