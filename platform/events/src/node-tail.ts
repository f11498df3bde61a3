import type { CityDb } from '@madang/kernel';
import { type Cursor, findFloor, type OutboxEvent, tailOutbox } from './outbox-statements.ts';

const READ_LIMIT = 500;

/** A after B in the outbox's order. */
export function isAfter(a: Cursor, b: Cursor): boolean {
  const byTransaction = BigInt(a.xid) - BigInt(b.xid);
  return byTransaction === 0n ? BigInt(a.position) > BigInt(b.position) : byTransaction > 0n;
}

/**
 * Reads each fact committed after it was opened, once, whatever order transactions commit in. `floor` is the oldest
 * transaction that may still bring something; positions already read at or above it are remembered.
 */
export class NodeTail {
  readonly #city: CityDb;
  readonly #names: readonly string[];
  #floor: string;
  readonly #seen = new Map<string, bigint>();

  static async open(city: CityDb, names: readonly string[]): Promise<NodeTail> {
    const { floor } = await city.one(findFloor());
    return new NodeTail(city, names, floor);
  }

  private constructor(city: CityDb, names: readonly string[], floor: string) {
    this.#city = city;
    this.#names = names;
    this.#floor = floor;
  }

  /** What is new, in order, at most 500; `more` when there may be more already. */
  async read(): Promise<{ events: OutboxEvent[]; more: boolean }> {
    const rows = await this.#city.many(tailOutbox(this.#floor, [...this.#seen.keys()], this.#names, READ_LIMIT));
    const events = rows.filter((row): row is OutboxEvent & { floor: string } => row.id !== null);
    for (const event of events) this.#seen.set(event.position, BigInt(event.xid));
    const more = events.length === READ_LIMIT;
    const last = events.at(-1);
    // Past a full read there is more of the same snapshot: the floor may rise no further than where it stopped.
    const floor = more && last !== undefined ? last.xid : rows[0]?.floor;
    if (floor !== undefined) this.#raise(BigInt(floor));
    return { events, more };
  }

  #raise(floor: bigint): void {
    if (floor <= BigInt(this.#floor)) return;
    this.#floor = floor.toString();
    for (const [position, xid] of this.#seen) if (xid < floor) this.#seen.delete(position);
  }
}
