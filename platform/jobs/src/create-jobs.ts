import type { Bus, CityDb, Clock, Closable, JobQueue, JobRegistration, Logger, Schedule, ZoneDirectory } from '@madang/kernel';
import type { OnJobEnded } from './job-run.ts';
import { countJobs, type FailedJob, type JobCounts, listFailed } from './job-statements.ts';
import { createQueue } from './queue.ts';
import { Scheduler } from './scheduler.ts';
import { JobWorker, type WorkerTimes } from './worker.ts';

const TIMES: WorkerTimes & { lookMs: number } = {
  pollMs: 2_000,
  leaseSeconds: 12,
  renewMs: 2_000,
  sweepMs: 600_000,
  graceMs: 10_000,
  keepSeconds: 3 * 86_400,
  keepFailedSeconds: 30 * 86_400,
  lookMs: 5_000,
};

const LIST_LIMIT = 200;

export interface JobStats {
  /** Jobs this process runs now. */
  readonly runningHere: number;
  /** Unfinished jobs by zone and name. */
  readonly counts: readonly JobCounts[];
}

export interface Jobs {
  readonly queue: JobQueue;
  /** Runs jobs and schedules in this process until closed; closing aborts the handlers and puts their jobs back. */
  startWorker(): Promise<Closable>;
  stats(): Promise<JobStats>;
  /** Jobs given up after their last try and not swept away yet (30 days), newest first, at most 200. */
  failed(): Promise<FailedJob[]>;
}

/** `registrations` and `schedules` are asked at `startWorker`, when every module is wired. */
export function createJobs(options: {
  database: { city(): CityDb };
  bus: Bus;
  zones: () => Pick<ZoneDirectory, 'list' | 'context'>;
  registrations: () => readonly JobRegistration[];
  schedules: () => readonly Schedule[];
  logger: Logger;
  clock: Clock;
  /** Unique among the living processes of the cluster, and not used again after a restart. */
  nodeId: string;
  random?: () => number;
  /** For metrics: how each try ended, and after how many seconds. */
  onEnded?: OnJobEnded;
  /** Tests shorten them. */
  times?: Partial<WorkerTimes & { lookMs: number }>;
}): Jobs {
  const { bus, clock, logger } = options;
  const city = options.database.city();
  const times = { ...TIMES, ...options.times };
  const queue = createQueue({ bus, clock });
  const workers = new Set<JobWorker>();
  return {
    queue,
    async startWorker() {
      const zones = options.zones();
      const schedules = options.schedules();
      const scheduler = await Scheduler.start({ city, zones, queue, schedules, clock, logger, lookMs: times.lookMs });
      const registrations = options.registrations();
      const random = options.random ?? Math.random;
      const starting = JobWorker.start({
        city,
        bus,
        zones,
        registrations,
        worker: options.nodeId,
        times,
        random,
        logger,
        onEnded: options.onEnded,
      });
      const worker = await starting.catch(async (error: unknown) => {
        await scheduler.close();
        throw error;
      });
      workers.add(worker);
      return {
        async close() {
          await scheduler.close();
          await worker.close();
          workers.delete(worker);
        },
      };
    },
    async stats() {
      const runningHere = [...workers].reduce((sum, worker) => sum + worker.running, 0);
      return { runningHere, counts: await city.many(countJobs()) };
    },
    failed: () => city.many(listFailed(LIST_LIMIT)),
  };
}
