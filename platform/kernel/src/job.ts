import type { ZodType } from 'zod';
import type { Logger } from './logger.ts';
import type { Policy } from './policy.ts';
import type { ZoneContext, ZoneId } from './zone.ts';
import type { Queries } from './zone-db.ts';

/** Light: safe to import anywhere. The handler stands in its own file and is imported when the first job runs. */
export interface JobDefinition<Payload = unknown> {
  /** `module.verb-noun`, unique in the program. */
  readonly name: string;
  readonly payload: ZodType<Payload>;
  readonly policy: Policy;
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Seconds before a try is given up and its signal aborts. */
  readonly timeoutSeconds: number;
  /** How many run at once on one node. */
  readonly concurrency: number;
  /** Seconds before the second try; doubles each time, with jitter. */
  readonly retryDelaySeconds: number;
}

export function defineJob<Payload>(
  definition: Pick<JobDefinition<Payload>, 'name' | 'payload' | 'policy'> & Partial<JobDefinition<Payload>>,
): JobDefinition<Payload> {
  return { attempts: 5, timeoutSeconds: 300, concurrency: 2, retryDelaySeconds: 2, ...definition };
}

export interface JobContext {
  readonly jobId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly zone: ZoneContext;
  /** Aborts on cancellation, time-out and shutdown. What a handler did before must be safe to do again. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Percent 0–100 and a small detail; written at most once a second, announced on the bus. */
  progress(percent: number, detail?: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Runs at least once per job, possibly again after a kill: idempotent. */
export type JobHandler<Payload> = (context: JobContext, payload: Payload) => Promise<Readonly<Record<string, unknown>> | void>;

/** A definition with the way to its handler: `job(sweepRetention, () => import('./sweep-retention.job-handler.ts').then((m) => m.createHandler(deps)))`. */
export interface JobRegistration {
  readonly definition: JobDefinition<unknown>;
  readonly load: () => Promise<JobHandler<unknown>>;
}
export function job<Payload>(definition: JobDefinition<Payload>, load: () => Promise<JobHandler<Payload>>): JobRegistration {
  return { definition: definition as JobDefinition<unknown>, load: load as () => Promise<JobHandler<unknown>> };
}

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobStatus {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly percent: number;
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly failure: string | null;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface JobQueue {
  /**
   * Joins the transaction: the job exists if and only if the change does. A second job with the same `key` in the same
   * zone that has not finished is not made; its id is returned instead. Turns between zones are fair; within a zone by `priority` (higher first).
   */
  enqueue<Payload>(
    tx: Queries,
    definition: JobDefinition<Payload>,
    payload: Payload,
    options?: { key?: string; priority?: number; startAfter?: Date },
  ): Promise<string>;
  /** Queued jobs never start; a running one has its signal aborted, on whatever node. Idempotent. */
  cancel(zone: ZoneContext, jobId: string): Promise<void>;
  find(zone: ZoneContext, jobId: string): Promise<JobStatus | undefined>;
}

/** A job made by the clock, once per tick in the whole cluster, in every open zone. */
export interface Schedule {
  readonly name: string;
  /** Five-field cron, in `timeZone` (IANA). */
  readonly cron: string;
  readonly timeZone: string;
  readonly definition: JobDefinition<Record<string, never>>;
}

export type { ZoneId };
