import { type CityDb, type Closable, type Logger, statement } from '@madang/kernel';
import { sealChain } from './seal-chain.ts';

/** Months with a partition beside the present one. */
const MONTHS_AHEAD = 3;
/** Rows that come together are sealed together. */
const SEAL_MS = 400;
/** For rows whose node died before it sealed them. */
const LEFT_OVER_MS = 5_000;
const PARTITIONS_MS = 6 * 3_600_000;

const ensurePartitions = statement<{ made: number }, [ahead: number]>(
  'audit.ensure_partitions',
  'select audit.ensure_partitions($1::int) as made',
);
export const PARTITION_STATEMENTS: readonly string[] = ['audit.ensure_partitions'];

/** Keeps the log in order while the server runs: rows sealed within a second, next months' partitions made. */
export class AuditKeeper implements Closable {
  readonly #city: CityDb;
  readonly #log: Logger;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #busy = new Map<string, Promise<void>>();
  #sealing: NodeJS.Timeout | undefined;
  #closed = false;

  static async start(options: { city: CityDb; logger: Logger }): Promise<AuditKeeper> {
    const keeper = new AuditKeeper(options);
    await keeper.#makePartitions();
    keeper.#every('seal', LEFT_OVER_MS, () => keeper.#seal());
    keeper.rowsWait();
    keeper.#every('partitions', PARTITIONS_MS, () => keeper.#makePartitions());
    return keeper;
  }

  private constructor({ city, logger }: { city: CityDb; logger: Logger }) {
    this.#city = city;
    this.#log = logger;
  }

  /** Rows were committed here: they are sealed within a second. */
  rowsWait(): void {
    if (this.#closed) return;
    this.#sealing ??= setTimeout(() => {
      this.#sealing = undefined;
      // a round under way may have looked before these rows were there
      if (this.#busy.has('seal')) this.rowsWait();
      else this.#begin('seal', () => this.#seal());
    }, SEAL_MS).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#sealing);
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#busy.values());
  }

  async #makePartitions(): Promise<void> {
    const { made } = await this.#city.one(ensurePartitions(MONTHS_AHEAD));
    if (made > 0) this.#log.info({ made }, 'audit partitions made');
  }

  async #seal(): Promise<void> {
    await sealChain(this.#city);
  }

  #every(what: string, ms: number, action: () => Promise<void>): void {
    this.#timers.push(setInterval(() => this.#begin(what, action), ms).unref());
  }

  /** Never twice at once; what fails is logged and comes again. */
  #begin(what: string, action: () => Promise<void>): void {
    if (this.#busy.has(what)) return;
    const running = action()
      .catch((error: unknown) => this.#log.warn({ what, err: error }, 'the audit log could not be tended; trying again'))
      .finally(() => this.#busy.delete(what));
    this.#busy.set(what, running);
  }
}
