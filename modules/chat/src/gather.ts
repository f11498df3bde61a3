import type { ZoneContext } from '@madang/kernel';

export interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Queue<Item, Result> {
  zone: ZoneContext;
  waiting: Waiting<Item, Result>[];
  running: Promise<void> | undefined;
  lastStart: number;
}

/**
 * Collects what arrives together for one zone and hands it over as one batch. One batch of a zone runs at a time, so
 * batches keep the order of arrival; what comes meanwhile is the next batch. A lone item goes at once; under load a batch
 * starts at most every `intervalMs`, which costs a few milliseconds and saves a transaction per item.
 */
export class Gather<Item, Result> {
  readonly #run: (zone: ZoneContext, batch: readonly Waiting<Item, Result>[]) => Promise<void>;
  readonly #intervalMs: number;
  readonly #most: number;
  readonly #queues = new Map<string, Queue<Item, Result>>();

  /** `run` settles every entry, now or later; when it throws, what is still open is rejected with its error. */
  constructor(options: {
    run: (zone: ZoneContext, batch: readonly Waiting<Item, Result>[]) => Promise<void>;
    intervalMs: number;
    most: number;
  }) {
    this.#run = options.run;
    this.#intervalMs = options.intervalMs;
    this.#most = options.most;
  }

  add(zone: ZoneContext, item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const queue = this.#queueOf(zone);
      queue.zone = zone;
      queue.waiting.push({ item, resolve, reject });
      queue.running ??= this.#drain(queue);
    });
  }

  /** Resolves when everything taken in was settled. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.running));
  }

  #queueOf(zone: ZoneContext): Queue<Item, Result> {
    const known = this.#queues.get(zone.zone.id);
    if (known !== undefined) return known;
    const made: Queue<Item, Result> = { zone, waiting: [], running: undefined, lastStart: 0 };
    this.#queues.set(zone.zone.id, made);
    return made;
  }

  async #drain(queue: Queue<Item, Result>): Promise<void> {
    while (queue.waiting.length > 0) {
      const rest = this.#intervalMs - (performance.now() - queue.lastStart);
      await (rest > 1 ? new Promise((resolve) => setTimeout(resolve, rest)) : new Promise((resolve) => setImmediate(resolve)));
      queue.lastStart = performance.now();
      const batch = queue.waiting.splice(0, this.#most);
      try {
        await this.#run(queue.zone, batch);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    queue.running = undefined;
  }
}
