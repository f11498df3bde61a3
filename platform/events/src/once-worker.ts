import type { AnyEventHandler, CityDb, Logger } from '@madang/kernel';
import { type Deliver, failureText, forEachZone } from './deliver.ts';
import { isAfter } from './node-tail.ts';
import {
  advancePosition,
  type Cursor,
  type DeferredEvent,
  deferEvent,
  deferredHeads,
  nextEvents,
  type OutboxEvent,
  parkEvent,
  retryLater,
  settleDeferred,
} from './outbox-statements.ts';

/** `seconds(tries)` before the next try; after `attempts` tries a fact is parked. */
export interface RetryRule {
  readonly attempts: number;
  seconds(tries: number): number;
}

const BATCH = 50;

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * The durable delivery of one `once` handler, on the node that holds its lease. The position moves after the handler has
 * finished, so a kill anywhere repeats facts and loses none. A fact that fails steps aside into the deferred queue, with
 * everything of its zone behind it; other zones go on.
 */
export class OnceWorker {
  readonly handler: AnyEventHandler;
  readonly #city: CityDb;
  readonly #node: string;
  readonly #deliver: Deliver;
  readonly #retry: RetryRule;
  readonly #log: Logger;
  #cursor: Cursor | undefined;
  #wanted: Cursor | undefined;
  #woken = false;
  #unfinished = false;
  #closing = false;
  #draining: Promise<void> | undefined;
  /** By zone: the deferred fact that is being tried. */
  readonly #retrying = new Map<string, Promise<void>>();

  constructor(options: { handler: AnyEventHandler; city: CityDb; node: string; deliver: Deliver; retry: RetryRule; logger: Logger }) {
    this.handler = options.handler;
    this.#city = options.city;
    this.#node = options.node;
    this.#deliver = options.deliver;
    this.#retry = options.retry;
    this.#log = options.logger;
  }

  get held(): boolean {
    return this.#cursor !== undefined;
  }

  /** True while a fact that was seen has not been passed: a transaction older than its own still runs, or the database failed. */
  get behind(): boolean {
    if (this.#cursor === undefined) return false;
    return this.#unfinished || (this.#wanted !== undefined && isAfter(this.#wanted, this.#cursor));
  }

  /** The lease is ours from `cursor` on. */
  take(cursor: Cursor): void {
    if (this.#cursor !== undefined) return;
    this.#cursor = cursor;
    this.wake();
  }

  /** The lease went elsewhere; what runs finishes and its position is refused. */
  drop(): void {
    this.#cursor = undefined;
  }

  /** Something may be there to do; `seen` is the newest fact known. */
  wake(seen?: Cursor): void {
    if (seen !== undefined && (this.#wanted === undefined || isAfter(seen, this.#wanted))) this.#wanted = seen;
    this.#woken = true;
    if (this.#cursor === undefined || this.#closing) return;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
      if (this.#woken) this.wake();
    });
  }

  /** Lets the facts in hand finish and keeps how far they came. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#draining;
    await Promise.all(this.#retrying.values());
  }

  async #drain(): Promise<void> {
    try {
      while (this.#woken && this.#cursor !== undefined && !this.#closing) {
        this.#woken = false;
        const waiting = await this.#serveDeferred();
        if (await this.#serveOutbox(waiting)) this.#woken = true;
      }
      this.#unfinished = false;
    } catch (error) {
      if (error instanceof LeaseLost) {
        this.drop();
        this.#log.warn({ handler: this.handler.name }, 'another node took this event handler over');
        return;
      }
      this.#unfinished = true;
      this.#log.warn({ handler: this.handler.name, err: error }, 'event handler could not go on; it will when the database answers');
    }
  }

  /** Begins to try what is due, without waiting for it: a handler that hangs holds up its own zone. Answers the zones that wait. */
  async #serveDeferred(): Promise<ReadonlySet<string>> {
    // What was being tried when the heads were read may be settled by now: its zone's turn comes when it has ended.
    const busy = new Set(this.#retrying.keys());
    const heads = await this.#city.many(deferredHeads(this.handler.name));
    for (const head of heads) if (head.due && !busy.has(head.zoneId) && !this.#closing) this.#retryApart(head);
    return new Set([...busy, ...heads.map((head) => head.zoneId)]);
  }

  #retryApart(head: DeferredEvent): void {
    const trying = this.#tryDeferred(head).then(
      () => {
        this.#retrying.delete(head.zoneId);
        this.wake();
      },
      (error: unknown) => {
        this.#retrying.delete(head.zoneId);
        this.#unfinished = true;
        this.#log.warn({ handler: this.handler.name, err: error }, 'a try of an event could not be kept; it comes again');
      },
    );
    this.#retrying.set(head.zoneId, trying);
  }

  async #tryDeferred(head: DeferredEvent): Promise<void> {
    const { name } = this.handler;
    try {
      await this.#deliver(this.handler, head);
      await this.#city.run(settleDeferred(name, head.position));
    } catch (error) {
      const tries = head.tries + 1;
      const failure = failureText(error);
      if (tries < this.#retry.attempts) {
        await this.#city.run(retryLater(name, head.position, tries, this.#retry.seconds(tries), failure));
        return;
      }
      await this.#city.run(parkEvent(name, head.position, tries, failure));
      this.#log.error(
        { handler: name, zone: head.zoneId, event: head.id, tries, err: error },
        'an event was parked after its last try; see `madang doctor`',
      );
    }
  }

  /** One batch; true when there may be another. */
  async #serveOutbox(waiting: ReadonlySet<string>): Promise<boolean> {
    const cursor = this.#cursor;
    if (cursor === undefined) return false;
    const { name } = this.handler;
    const events = await this.#city.many(nextEvents(this.handler.event.name, cursor.xid, cursor.position, BATCH));
    if (events.length === 0) return false;

    const settled = new Set<string>();
    const deferred: { event: OutboxEvent; tries: number; failure: string | null }[] = [];
    await forEachZone(events, async (ofZone) => {
      let blocked = waiting.has(ofZone[0]?.zoneId ?? '');
      for (const event of ofZone) {
        if (blocked) deferred.push({ event, tries: 0, failure: null });
        else if (this.#closing) return;
        else {
          try {
            await this.#deliver(this.handler, event);
          } catch (error) {
            blocked = true;
            deferred.push({ event, tries: 1, failure: failureText(error) });
            this.#log.warn(
              { handler: name, zone: event.zoneId, event: event.id, err: error },
              'an event handler failed; it will be tried again',
            );
          }
        }
        settled.add(event.position);
      }
    });

    // When closing, only what is settled without a gap may be passed; what follows the gap will come again.
    const gap = events.findIndex((event) => !settled.has(event.position));
    const passed = gap === -1 ? events : events.slice(0, gap);
    const last = passed.at(-1);
    if (last === undefined) return false;
    await this.#city.transaction(async (tx) => {
      if ((await tx.run(advancePosition(name, this.#node, last.xid, last.position))) === 0) throw new LeaseLost(name);
      for (const { event, tries, failure } of deferred) {
        if (!passed.includes(event)) continue;
        const seconds = tries === 0 ? 0 : this.#retry.seconds(tries);
        const { zoneId, position, id, payload, at } = event;
        await tx.run(deferEvent(name, zoneId, position, id, event.name, JSON.stringify(payload), at, tries, seconds, failure));
      }
    });
    if (this.#cursor !== undefined) this.#cursor = { xid: last.xid, position: last.position };
    return events.length === BATCH || deferred.length > 0;
  }
}
