import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, CityDb, Closable, JobHandler, JobRegistration, Logger, ZoneDirectory } from '@madang/kernel';
import { announce, CANCEL_CHANNEL, READY_CHANNEL } from './channels.ts';
import { JobRun, type OnJobEnded } from './job-run.ts';
import { type ClaimedJob, claimJobs, readyNames, recoverLost, renewLeases, sweepFinished } from './job-statements.ts';

export interface WorkerTimes {
  /** How often ready jobs are looked for without a hint, and jobs of dead workers, milliseconds. */
  readonly pollMs: number;
  readonly leaseSeconds: number;
  /** How often leases are renewed and cancellations seen without a hint, milliseconds. */
  readonly renewMs: number;
  readonly sweepMs: number;
  /** How long a closing worker waits for its handlers, milliseconds. */
  readonly graceMs: number;
  readonly keepSeconds: number;
  readonly keepFailedSeconds: number;
}

const SWEEP_LIMIT = 5_000;
/** How often the outcome of a run is offered to a database that does not answer, before the lease is left to lapse. */
const RECORD_TRIES = 5;

interface WorkerOptions {
  readonly city: CityDb;
  readonly bus: Bus;
  readonly zones: Pick<ZoneDirectory, 'context'>;
  readonly registrations: readonly JobRegistration[];
  readonly worker: string;
  readonly times: WorkerTimes;
  readonly random: () => number;
  readonly onEnded?: OnJobEnded | undefined;
  readonly logger: Logger;
}

/** One per process: claims ready jobs up to each definition's concurrency and runs them. */
export class JobWorker implements Closable {
  readonly #options: WorkerOptions;
  readonly #log: Logger;
  readonly #registrations: ReadonlyMap<string, JobRegistration>;
  readonly #handlers = new Map<string, Promise<JobHandler<unknown>>>();
  readonly #runs = new Map<string, { run: JobRun; ended: Promise<void> }>();
  readonly #claiming = new Map<string, Promise<void>>();
  readonly #hinted = new Set<string>();
  readonly #ticking = new Map<string, Promise<void>>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #subscriptions: (() => Promise<void>)[] = [];
  #closed: Promise<void> | undefined;

  static async start(options: WorkerOptions): Promise<JobWorker> {
    const worker = new JobWorker(options);
    const { bus, times } = options;
    worker.#subscriptions.push(
      await bus.subscribe(READY_CHANNEL, (name) => worker.#claim(name)),
      await bus.subscribe(CANCEL_CHANNEL, (jobId) => worker.#runs.get(jobId)?.run.stop('cancelled')),
    );
    worker.#every('renew', times.renewMs, () => worker.#renew());
    worker.#every('poll', times.pollMs, () => worker.#poll());
    worker.#every('sweep', times.sweepMs, () => worker.#sweep());
    return worker;
  }

  private constructor(options: WorkerOptions) {
    this.#options = options;
    this.#log = options.logger;
    const byName = new Map<string, JobRegistration>();
    for (const registration of options.registrations) {
      const { name } = registration.definition;
      if (byName.has(name)) throw new TypeError(`two jobs are named ${name}`);
      byName.set(name, registration);
    }
    this.#registrations = byName;
  }

  get running(): number {
    return this.#runs.size;
  }

  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  async #stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#subscriptions.map((unsubscribe) => unsubscribe()));
    await Promise.all([...this.#claiming.values(), ...this.#ticking.values()]);
    const ended = [...this.#runs.values()].map(({ run, ended }) => {
      run.stop('shutdown');
      return ended;
    });
    const grace = new AbortController();
    await Promise.race([
      Promise.all(ended),
      delay(this.#options.times.graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
  }

  /** Does `action` now and again and again, never twice at once; what fails is logged and comes again. */
  #every(what: string, ms: number, action: () => Promise<void>): void {
    const tick = () => {
      if (this.#ticking.has(what)) return;
      const ticking = action()
        .catch((error: unknown) => this.#log.warn({ what, err: error }, 'the job worker could not reach the database; trying again'))
        .finally(() => this.#ticking.delete(what));
      this.#ticking.set(what, ticking);
    };
    tick();
    this.#timers.push(setInterval(tick, ms).unref());
  }

  async #poll(): Promise<void> {
    const all = [...this.#registrations.keys()];
    if (all.length === 0) return;
    const free = all.filter((name) => this.#free(name) > 0);
    for (const { name } of await this.#options.city.many(readyNames(free, all))) {
      if (name === null) await this.#recover();
      else this.#claim(name);
    }
  }

  #free(name: string): number {
    const registration = this.#registrations.get(name);
    if (registration === undefined) return 0;
    const busy = this.#runs.values().filter(({ run }) => run.name === name);
    return registration.definition.concurrency - [...busy].length;
  }

  /** Fills the free places of a definition; a hint during a claim makes it look once more. */
  #claim(name: string): void {
    const registration = this.#registrations.get(name);
    if (registration === undefined || this.#closed !== undefined) return;
    this.#hinted.add(name);
    if (this.#claiming.has(name)) return;
    const claiming = this.#claimAll(name, registration)
      .catch((error: unknown) => this.#log.warn({ job: name, err: error }, 'jobs could not be claimed; trying again'))
      .finally(() => {
        this.#claiming.delete(name);
        if (this.#hinted.has(name) && this.#free(name) > 0) this.#claim(name);
      });
    this.#claiming.set(name, claiming);
  }

  async #claimAll(name: string, registration: JobRegistration): Promise<void> {
    const { city, worker, times } = this.#options;
    while (this.#hinted.delete(name) && this.#closed === undefined) {
      const free = this.#free(name);
      if (free <= 0) return;
      const rows = await city.many(claimJobs(name, free, worker, times.leaseSeconds));
      const jobs = rows.filter((row): row is ClaimedJob & { contended: boolean } => row.id !== null);
      for (const job of jobs) this.#begin(job, registration);
      if (rows[0]?.contended === true) this.#hinted.add(name);
    }
  }

  #begin(job: ClaimedJob, { definition }: JobRegistration): void {
    const { city, bus, zones, worker, random, logger, onEnded } = this.#options;
    const load = () => this.#load(definition.name);
    const run = new JobRun({ job, definition, load, worker, city, bus, zones, logger, random, onEnded });
    const ended = this.#recorded(run).finally(() => {
      this.#runs.delete(job.id);
      this.#claim(definition.name);
    });
    this.#runs.set(job.id, { run, ended });
    if (this.#closed !== undefined) run.stop('shutdown');
  }

  async #recorded(run: JobRun): Promise<void> {
    let wait = 100;
    const record = await run.run();
    for (let tries = 1; ; tries++, wait *= 3) {
      try {
        return await record();
      } catch (error) {
        this.#log.warn({ job: run.name, jobId: run.id, err: error }, 'the outcome of a job could not be recorded');
        if (tries === RECORD_TRIES || this.#closed !== undefined) return;
        await delay(wait);
      }
    }
  }

  #load(name: string): Promise<JobHandler<unknown>> {
    const loaded = this.#handlers.get(name);
    if (loaded !== undefined) return loaded;
    const registration = this.#registrations.get(name);
    if (registration === undefined) return Promise.reject(new TypeError(`no job is named ${name}`));
    const loading = registration.load();
    this.#handlers.set(name, loading);
    loading.catch(() => this.#handlers.delete(name));
    return loading;
  }

  async #renew(): Promise<void> {
    const ids = [...this.#runs.keys()];
    if (ids.length === 0) return;
    const { city, worker, times } = this.#options;
    const kept = new Map((await city.many(renewLeases(worker, ids, times.leaseSeconds))).map((row) => [row.id, row]));
    for (const id of ids) {
      const run = this.#runs.get(id)?.run;
      const row = kept.get(id);
      if (row === undefined || row.attempt !== run?.attempt) run?.stop('lease-lost');
      else if (row.cancelRequested) run.stop('cancelled');
    }
  }

  async #recover(): Promise<void> {
    const definitions = [...this.#registrations.values()].map(({ definition }) => definition);
    const lost = await this.#options.city.many(
      recoverLost(
        definitions.map((definition) => definition.name),
        definitions.map((definition) => definition.attempts),
      ),
    );
    for (const { id, zoneId, name, state, percent } of lost) {
      this.#log.warn({ job: name, jobId: id, zone: zoneId, state }, 'the worker that ran a job died');
      announce(this.#options.bus, zoneId, id, { state, percent, detail: null });
      if (state === 'queued') this.#claim(name);
    }
  }

  async #sweep(): Promise<void> {
    const { city, times } = this.#options;
    const removed = await city.run(sweepFinished(times.keepSeconds, times.keepFailedSeconds, SWEEP_LIMIT));
    this.#log.debug({ removed }, 'finished jobs swept');
  }
}
