import type { Closable, Logger, ZoneContext, ZoneId } from '@madang/kernel';
import type { Beacon } from './beacon.ts';
import { storeBeacons } from './view-store.ts';
import { ViewerKeys } from './viewer-key.ts';

const FLUSH_MS = 2_000;
/** Beacons of one transaction. */
const CHUNK = 1_000;
/** Of all zones together; what comes beyond is not kept. */
const MOST_WAITING = 20_000;
const TRIES = 5;

interface Waiting {
  readonly zone: ZoneContext;
  beacons: Beacon[];
  failures: number;
  writing: Promise<void> | undefined;
}

/**
 * What players told this node and is not written yet: two seconds of it at most. Beacons are figures, not facts that were
 * acknowledged: what a killed process still held is lost. What cannot be written is tried again with the next round.
 */
export class BeaconBatch implements Closable {
  readonly #log: Logger;
  readonly #viewers = new ViewerKeys();
  readonly #zones = new Map<ZoneId, Waiting>();
  #count = 0;
  #refused = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: { logger: Logger }) {
    this.#log = deps.logger;
  }

  add(zone: ZoneContext, beacon: Beacon): void {
    if (this.#count >= MOST_WAITING) {
      this.#refused++;
      return;
    }
    let waiting = this.#zones.get(zone.zone.id);
    if (waiting === undefined) {
      waiting = { zone, beacons: [], failures: 0, writing: undefined };
      this.#zones.set(zone.zone.id, waiting);
    }
    waiting.beacons.push(beacon);
    this.#count++;
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Resolves when what had been told before is written, or could not be. */
  async flush(zoneId?: ZoneId): Promise<void> {
    if (zoneId === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (this.#refused > 0) this.#log.warn({ refused: this.#refused }, 'more beacons than this node keeps: some were dropped');
    this.#refused = 0;
    const zones = zoneId === undefined ? [...this.#zones.values()] : [this.#zones.get(zoneId)].filter((known) => known !== undefined);
    await Promise.all(zones.map((waiting) => this.#write(waiting)));
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** One transaction of a zone at a time. */
  #write(waiting: Waiting): Promise<void> {
    const before = waiting.writing ?? Promise.resolve();
    const writing = before.then(() => this.#writeAll(waiting));
    waiting.writing = writing;
    return writing.finally(() => {
      if (waiting.writing === writing) waiting.writing = undefined;
      if (waiting.beacons.length === 0 && waiting.writing === undefined) this.#zones.delete(waiting.zone.zone.id);
    });
  }

  async #writeAll(waiting: Waiting): Promise<void> {
    const zone = waiting.zone.zone.id;
    while (waiting.beacons.length > 0) {
      const chunk = waiting.beacons.slice(0, CHUNK);
      try {
        await storeBeacons(waiting.zone, this.#viewers, chunk);
        waiting.failures = 0;
      } catch (error) {
        if (++waiting.failures < TRIES) {
          this.#log.warn({ err: error, zone, beacons: chunk.length }, 'beacons could not be written; they are tried again');
          this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
          return;
        }
        this.#log.warn({ err: error, zone, beacons: chunk.length }, 'beacons could not be written and are dropped');
        waiting.failures = 0;
      }
      waiting.beacons = waiting.beacons.slice(chunk.length);
      this.#count -= chunk.length;
    }
  }
}
