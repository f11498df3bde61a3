import { type CityDb, type Closable, type Logger, statement } from '@madang/kernel';
import { sealChain } from './seal-chain.ts';

/** Months with a partition beside the present one. */
const MONTHS_AHEAD = 3;
const SEAL_MS = 400;
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

  static async start(options: { city: CityDb; logger: Logger }): Promise<AuditKeeper> {
    const keeper = new AuditKeeper(options);
    await keeper.#makePartitions();
    keeper.#every('seal', SEAL_MS, async () => void (await sealChain(keeper.#city)));
    keeper.#every('partitions', PARTITIONS_MS, () => keeper.#makePartitions());
    return keeper;
  }

  private constructor({ city, logger }: { city: CityDb; logger: Logger }) {
    this.#city = city;
    this.#log = logger;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#busy.values());
  }

  async #makePartitions(): Promise<void> {
    const { made } = await this.#city.one(ensurePartitions(MONTHS_AHEAD));
    if (made > 0) this.#log.info({ made }, 'audit partitions made');
  }

  /** Never twice at once; what fails is logged and comes again. */
  #every(what: string, ms: number, action: () => Promise<void>): void {
    const tick = () => {
      if (this.#busy.has(what)) return;
      const running = action()
        .catch((error: unknown) => this.#log.warn({ what, err: error }, 'the audit log could not be tended; trying again'))
        .finally(() => this.#busy.delete(what));
      this.#busy.set(what, running);
    };
    this.#timers.push(setInterval(tick, ms).unref());
  }
}
