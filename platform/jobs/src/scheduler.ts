import type { CityDb, Clock, Closable, JobQueue, Logger, Schedule, ZoneDirectory } from '@madang/kernel';
import { type Cron, latestTick, MINUTE_MS, parseCron } from './cron.ts';
import { advanceTick, zonesWithTick } from './job-statements.ts';

interface SchedulerOptions {
  readonly city: CityDb;
  readonly zones: Pick<ZoneDirectory, 'list' | 'context'>;
  readonly queue: JobQueue;
  readonly schedules: readonly Schedule[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often the clock is looked at, milliseconds. */
  readonly lookMs: number;
}

/**
 * Makes the job of each tick, once per zone in the whole cluster: every node looks, and the one whose transaction advances
 * the zone's row of the tick enqueues. A node killed halfway leaves the other zones to the next look. A tick missed while
 * nothing ran is made up for once, if it is not older than a day.
 */
export class Scheduler implements Closable {
  readonly #options: SchedulerOptions;
  readonly #crons: readonly { schedule: Schedule; cron: Cron }[];
  readonly #settled = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;

  /** Throws a `RangeError` for a bad cron expression or time zone, and a `TypeError` for two schedules of one name. */
  static async start(options: SchedulerOptions): Promise<Scheduler> {
    const names = new Set(options.schedules.map((schedule) => schedule.name));
    if (names.size < options.schedules.length) throw new TypeError('two schedules have the same name');
    const scheduler = new Scheduler(options);
    await scheduler.#look();
    scheduler.#timer = setInterval(() => void scheduler.#look(), options.lookMs).unref();
    return scheduler;
  }

  private constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#crons = options.schedules.map((schedule) => ({ schedule, cron: parseCron(schedule.cron, schedule.timeZone) }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const now = this.#options.clock.now();
    for (const { schedule, cron } of this.#crons) {
      if (this.#closed) return;
      try {
        await this.#serve(schedule, cron, now);
      } catch (error) {
        this.#options.logger.warn({ schedule: schedule.name, err: error }, 'a schedule could not be served; trying again');
      }
    }
  }

  async #serve(schedule: Schedule, cron: Cron, now: Date): Promise<void> {
    const minute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
    const settled = this.#settled.get(schedule.name);
    if (settled === minute) return;
    const tick = latestTick(cron, new Date(settled ?? 0), now);
    if (tick !== undefined) await this.#serveTick(schedule, tick, tick.getTime() === minute);
    this.#settled.set(schedule.name, minute);
  }

  /** A zone that never had the schedule (new, or first start) begins with the present tick: there is nothing to make up for. */
  async #serveTick(schedule: Schedule, tick: Date, present: boolean): Promise<void> {
    const { city, zones } = this.#options;
    const served = new Map((await city.many(zonesWithTick(schedule.name))).map((row) => [row.zoneId, row.last]));
    for (const zone of await zones.list()) {
      const last = served.get(zone.id);
      if (zone.status !== 'open' || (last === undefined ? !present : last >= tick)) continue;
      await this.#enqueue(schedule, tick, zone.id);
    }
  }

  async #enqueue(schedule: Schedule, tick: Date, zoneId: string): Promise<void> {
    const { zones, queue } = this.#options;
    const { db } = await zones.context(zoneId);
    await db.transaction(async (tx) => {
      if ((await tx.run(advanceTick(schedule.name, tick))) === 0) return;
      await queue.enqueue(tx, schedule.definition, {}, { key: `schedule:${schedule.name}` });
    });
  }
}
