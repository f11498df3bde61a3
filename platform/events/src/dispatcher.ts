import type { AnyEventHandler, Bus, CityDb, Closable, Logger } from '@madang/kernel';
import type { Deliver } from './deliver.ts';
import { NodeTail } from './node-tail.ts';
import { OnceWorker, type RetryRule } from './once-worker.ts';
import { claimLeases, type OutboxEvent, realign, registerHandlers, releaseLeases, sweepOutbox } from './outbox-statements.ts';
import { HINT_CHANNEL } from './publisher.ts';

export interface DispatcherTimes {
  /** How often the outbox is read without a hint: bounds what a lost bus message costs. Milliseconds. */
  readonly pollMs: number;
  readonly leaseSeconds: number;
  readonly claimMs: number;
  readonly sweepMs: number;
  /** How long facts are kept at least, seconds. */
  readonly retentionSeconds: number;
}

const SWEEP_LIMIT = 5_000;
/** A fact seen whose turn waits for an older running transaction is asked for again this soon, then twice as late each time. */
const FIRST_CATCH_UP_MS = 10;

/** One per process: tails the outbox for this node's caches and sockets, and runs the `once` handlers whose leases it holds. */
export class Dispatcher implements Closable {
  readonly #city: CityDb;
  readonly #node: string;
  readonly #times: DispatcherTimes;
  readonly #deliver: Deliver;
  readonly #log: Logger;
  readonly #tail: NodeTail;
  readonly #everyNode: ReadonlyMap<string, readonly AnyEventHandler[]>;
  readonly #workers: readonly OnceWorker[];
  readonly #timers: NodeJS.Timeout[] = [];
  #catchUp: NodeJS.Timeout | undefined;
  #catchUpMs = FIRST_CATCH_UP_MS;
  #hinted = false;
  #reading: Promise<void> | undefined;
  readonly #telling = new Map<string, Promise<void>>();
  #claiming: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;
  #closed: Promise<void> | undefined;

  static async start(options: {
    city: CityDb;
    bus: Bus;
    node: string;
    handlers: readonly AnyEventHandler[];
    deliver: Deliver;
    retry: RetryRule;
    times: DispatcherTimes;
    logger: Logger;
  }): Promise<Dispatcher> {
    const { city, handlers, logger } = options;
    const twice = handlers.find((handler, index) => handlers.findIndex((other) => other.name === handler.name) !== index);
    if (twice !== undefined) throw new TypeError(`two event handlers are named ${twice.name}`);
    if ((await city.one(realign())).realigned) {
      logger.warn({}, 'the database came from another PostgreSQL cluster: the outbox was realigned to its transaction ids');
    }
    const once = handlers.filter((handler) => handler.delivery === 'once');
    if (once.length > 0) {
      const names = once.map((handler) => handler.name);
      await city.run(
        registerHandlers(
          names,
          once.map((handler) => handler.event.name),
        ),
      );
    }
    const tail = await NodeTail.open(city, [...new Set(handlers.map((handler) => handler.event.name))]);
    const dispatcher = new Dispatcher(options, tail, once);
    dispatcher.#unsubscribe = await options.bus.subscribe(HINT_CHANNEL, () => dispatcher.#read());
    await dispatcher.#claim();
    dispatcher.#every(options.times.pollMs, () => dispatcher.#read());
    dispatcher.#every(options.times.claimMs, () => void dispatcher.#claim());
    dispatcher.#every(options.times.sweepMs, () => dispatcher.#sweep());
    return dispatcher;
  }

  private constructor(options: Parameters<typeof Dispatcher.start>[0], tail: NodeTail, once: readonly AnyEventHandler[]) {
    const { city, node, deliver, retry, times, logger } = options;
    this.#city = city;
    this.#node = node;
    this.#deliver = deliver;
    this.#times = times;
    this.#log = logger;
    this.#tail = tail;
    this.#everyNode = Map.groupBy(
      options.handlers.filter((handler) => handler.delivery === 'every-node'),
      (handler) => handler.event.name,
    );
    this.#workers = once.map((handler) => new OnceWorker({ handler, city, node, deliver, retry, logger }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  async #stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#catchUp);
    await this.#unsubscribe?.();
    await Promise.all([this.#reading, this.#claiming, this.#sweeping]);
    await Promise.all([...this.#telling.values(), ...this.#workers.map((worker) => worker.close())]);
    clearTimeout(this.#catchUp);
    if (this.#workers.length === 0) return;
    await this.#city.run(releaseLeases(this.#node)).catch((error: unknown) => {
      this.#log.warn({ err: error }, 'event leases could not be released; they lapse by themselves');
    });
  }

  #every(ms: number, action: () => void): void {
    this.#timers.push(setInterval(action, ms).unref());
  }

  /** Reads now, or once more after the read that is under way. */
  #read(): void {
    this.#hinted = true;
    if (this.#closed !== undefined) return;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
      if (this.#hinted) this.#read();
    });
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#hinted && this.#closed === undefined) {
        this.#hinted = false;
        const { events, more } = await this.#tail.read();
        if (more) this.#hinted = true;
        this.#wake(events);
        for (const [zoneId, ofZone] of Map.groupBy(events, (event) => event.zoneId)) this.#queueForNode(zoneId, ofZone);
      }
      this.#scheduleCatchUp();
    } catch (error) {
      this.#log.warn({ err: error }, 'the outbox could not be read; trying again');
    }
  }

  #wake(events: readonly OutboxEvent[]): void {
    if (events.length > 0) this.#catchUpMs = FIRST_CATCH_UP_MS;
    for (const worker of this.#workers) {
      const newest = events.findLast((event) => event.name === worker.handler.event.name);
      if (newest !== undefined) worker.wake(newest);
      else if (worker.behind) worker.wake();
    }
  }

  #scheduleCatchUp(): void {
    if (this.#closed !== undefined || !this.#workers.some((worker) => worker.behind)) return;
    clearTimeout(this.#catchUp);
    this.#catchUp = setTimeout(() => {
      for (const worker of this.#workers) if (worker.behind) worker.wake();
      this.#scheduleCatchUp();
    }, this.#catchUpMs).unref();
    this.#catchUpMs = Math.min(this.#catchUpMs * 2, this.#times.pollMs);
  }

  /** Zones apart: a slow handler keeps only its own zone waiting, never the reading. */
  #queueForNode(zoneId: string, events: readonly OutboxEvent[]): void {
    const before = this.#telling.get(zoneId) ?? Promise.resolve();
    const telling = before
      .then(() => this.#tellNode(events))
      .finally(() => {
        if (this.#telling.get(zoneId) === telling) this.#telling.delete(zoneId);
      });
    this.#telling.set(zoneId, telling);
  }

  async #tellNode(events: readonly OutboxEvent[]): Promise<void> {
    for (const event of events) {
      for (const handler of this.#everyNode.get(event.name) ?? []) {
        try {
          await this.#deliver(handler, event);
        } catch (error) {
          this.#log.warn({ handler: handler.name, zone: event.zoneId, event: event.id, err: error }, 'an every-node event handler failed');
        }
      }
    }
  }

  #claim(): Promise<void> {
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined;
    });
    return this.#claiming;
  }

  async #claimAll(): Promise<void> {
    if (this.#workers.length === 0 || this.#closed !== undefined) return;
    const names = this.#workers.map((worker) => worker.handler.name);
    try {
      const held = await this.#city.many(claimLeases(this.#node, names, this.#times.leaseSeconds));
      for (const worker of this.#workers) {
        const lease = held.find((one) => one.handler === worker.handler.name);
        if (lease === undefined) worker.drop();
        else if (!worker.held) worker.take(lease);
        else if (lease.due) worker.wake();
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'event leases could not be renewed; trying again');
    }
  }

  #sweep(): void {
    this.#sweeping ??= this.#city
      .run(sweepOutbox(this.#times.retentionSeconds, SWEEP_LIMIT))
      .then(
        (removed) => this.#log.debug({ removed }, 'old events swept'),
        (error: unknown) => this.#log.warn({ err: error }, 'old events could not be swept; trying again later'),
      )
      .finally(() => {
        this.#sweeping = undefined;
      });
  }
}
