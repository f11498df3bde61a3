import {
  type Bus,
  type CityDb,
  type JobDefinition,
  type JobHandler,
  type JobState,
  type Logger,
  MadangError,
  type ZoneDirectory,
} from '@madang/kernel';
import { announce } from './channels.ts';
import { type ClaimedJob, finishJob, requeueJob, writeProgress } from './job-statements.ts';

/** Why a run's signal was aborted. */
export type StopReason = 'cancelled' | 'timed-out' | 'shutdown' | 'lease-lost';

class JobStopped extends Error {
  override readonly name = 'JobStopped';
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super(`the job was stopped: ${reason}`);
    this.reason = reason;
  }
}

const PROGRESS_MS = 1_000;
/** A handler that does not heed its signal is left behind after this. */
const HEED_MS = 5_000;
const LONGEST_DELAY_SECONDS = 3_600;

/** Seconds before the try after `attempt`: doubling from the definition's delay, an hour at most, plus up to a quarter by chance. */
export function retryDelay(definition: Pick<JobDefinition, 'retryDelaySeconds'>, attempt: number, random: () => number): number {
  return Math.min(LONGEST_DELAY_SECONDS, definition.retryDelaySeconds * 2 ** (attempt - 1)) * (1 + random() / 4);
}

export interface JobRunOptions {
  readonly job: ClaimedJob;
  readonly definition: JobDefinition;
  readonly load: () => Promise<JobHandler<unknown>>;
  readonly worker: string;
  readonly city: CityDb;
  readonly bus: Bus;
  readonly zones: Pick<ZoneDirectory, 'context'>;
  readonly logger: Logger;
  readonly random: () => number;
  /** Hears how each try ended, but for those that a shutdown put back. */
  readonly onEnded?: OnJobEnded | undefined;
}

export type OnJobEnded = (name: string, outcome: 'done' | 'failed' | 'retried' | 'cancelled', seconds: number) => void;

type Outcome = { readonly result: Readonly<Record<string, unknown>> | undefined } | { readonly error: unknown };

/** One try of one job: from the claim until its row says how it ended. */
export class JobRun {
  readonly #options: JobRunOptions;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  #percent = 0;
  #detail: Readonly<Record<string, unknown>> | null = null;
  #unwritten = false;
  #writing: Promise<void> | undefined;
  #writeTimer: NodeJS.Timeout | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #over = false;
  #startedAt = 0;

  constructor(options: JobRunOptions) {
    this.#options = options;
    const { job, definition } = options;
    this.#log = options.logger.child({ job: definition.name, jobId: job.id, zone: job.zoneId });
  }

  get id(): string {
    return this.#options.job.id;
  }
  get name(): string {
    return this.#options.definition.name;
  }
  get attempt(): number {
    return this.#options.job.attempt;
  }

  /** Asks the handler to stop; the first reason counts. */
  stop(reason: StopReason): void {
    if (!this.#abort.signal.aborted) this.#abort.abort(new JobStopped(reason));
  }

  /** Resolves when the try is over, with the way to record how; that may reject and be called again. */
  async run(): Promise<() => Promise<void>> {
    this.#startedAt = performance.now();
    this.#tell('running');
    const timeout = setTimeout(() => this.stop('timed-out'), this.#options.definition.timeoutSeconds * 1000);
    const outcome = await this.#outcome();
    clearTimeout(timeout);
    this.#over = true;
    clearTimeout(this.#writeTimer);
    await this.#writing;
    return this.#verdict(outcome);
  }

  async #outcome(): Promise<Outcome> {
    const { promise: ignored, resolve } = Promise.withResolvers<Outcome>();
    let heed: NodeJS.Timeout | undefined;
    const { signal } = this.#abort;
    const onAbort = () => {
      heed = setTimeout(() => {
        this.#log.error({ reason: String(signal.reason) }, 'the job handler did not heed its abort signal and was left behind');
        resolve({ error: signal.reason });
      }, HEED_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.#handle(), ignored]);
    } finally {
      clearTimeout(heed);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #handle(): Promise<Outcome> {
    const { job, definition, load, zones } = this.#options;
    try {
      const payload = definition.payload.parse(job.payload);
      const [zone, handler] = await Promise.all([zones.context(job.zoneId), load()]);
      this.#abort.signal.throwIfAborted();
      const result = await handler(
        {
          jobId: job.id,
          attempt: job.attempt,
          zone,
          signal: this.#abort.signal,
          log: this.#log,
          progress: (percent, detail) => this.#progress(percent, detail),
        },
        payload,
      );
      return { result: result ?? undefined };
    } catch (error) {
      return { error };
    }
  }

  /** Keeps the newest; writes at once, then at most once a second. */
  async #progress(percent: number, detail?: Readonly<Record<string, unknown>>): Promise<void> {
    if (!Number.isFinite(percent)) throw new TypeError(`progress is a percentage, not ${percent}`);
    this.#percent = Math.min(100, Math.max(0, percent));
    if (detail !== undefined) this.#detail = detail;
    this.#unwritten = true;
    const wait = this.#writtenAt + PROGRESS_MS - performance.now();
    if (wait <= 0) await this.#write();
    else this.#writeTimer ??= setTimeout(() => void this.#write(), wait);
  }

  #write(): Promise<void> {
    clearTimeout(this.#writeTimer);
    this.#writeTimer = undefined;
    if (!this.#unwritten || this.#over) return Promise.resolve();
    this.#unwritten = false;
    this.#writtenAt = performance.now();
    const { job, worker, city } = this.#options;
    const detail = this.#detail === null ? null : JSON.stringify(this.#detail);
    this.#writing = city.run(writeProgress(job.id, worker, job.attempt, this.#percent, detail)).then(
      (written) => {
        if (written === 0) this.stop('lease-lost');
        else this.#tell('running');
      },
      (error: unknown) => this.#log.warn({ err: error }, 'the progress of a job could not be written'),
    );
    return this.#writing;
  }

  #verdict(outcome: Outcome): () => Promise<void> {
    const { definition, random } = this.#options;
    const reason = this.#abort.signal.reason instanceof JobStopped ? this.#abort.signal.reason.reason : undefined;
    if (reason === 'lease-lost') return async () => {};
    if (reason === 'cancelled') return () => this.#finish('cancelled', null);
    if ('result' in outcome && reason === undefined) return () => this.#finish('done', null, outcome.result);
    if (reason === 'shutdown') {
      // A handler may have finished just when it was asked to stop, or have returned because it was: run again, it must be safe.
      return () => this.#requeue(0, null, true);
    }
    const error = 'error' in outcome ? outcome.error : this.#abort.signal.reason;
    const failure = reason === 'timed-out' ? `no end within ${definition.timeoutSeconds} s` : failureText(error);
    if (this.attempt >= definition.attempts || isHopeless(error)) {
      this.#log.error({ attempt: this.attempt, err: error }, 'a job failed for good');
      return () => this.#finish('failed', failure);
    }
    const seconds = retryDelay(definition, this.attempt, random);
    this.#log.warn({ attempt: this.attempt, retryInSeconds: Math.round(seconds), err: error }, 'a job failed and will be tried again');
    return () => this.#requeue(seconds, failure, false);
  }

  async #finish(state: JobState, failure: string | null, result?: Readonly<Record<string, unknown>>): Promise<void> {
    const { job, worker, city } = this.#options;
    if (result !== undefined) this.#detail = result;
    const detail = this.#detail === null ? null : JSON.stringify(this.#detail);
    const row = await city.maybeOne(finishJob(job.id, worker, job.attempt, state, failure, this.#percent, detail));
    if (state === 'done') this.#percent = 100;
    if (row === undefined) return;
    this.#tell(row.state);
    if (state === 'done' || state === 'failed' || state === 'cancelled') this.#ended(state);
  }

  #ended(outcome: 'done' | 'failed' | 'retried' | 'cancelled'): void {
    this.#options.onEnded?.(this.name, outcome, (performance.now() - this.#startedAt) / 1000);
  }

  async #requeue(seconds: number, failure: string | null, uncounted: boolean): Promise<void> {
    const { job, worker, city } = this.#options;
    const row = await city.maybeOne(requeueJob(job.id, worker, job.attempt, seconds, failure, uncounted));
    if (row === undefined) return;
    this.#tell(row.state);
    if (!uncounted) this.#ended('retried');
  }

  #tell(state: JobState): void {
    const { bus, job } = this.#options;
    announce(bus, job.zoneId, job.id, { state, percent: this.#percent, detail: this.#detail });
  }
}

/** For the person who waits for the job: the code of a known refusal, else the error's own words. */
function failureText(error: unknown): string {
  if (error instanceof MadangError) return error.code;
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\0', '').slice(0, 500) || 'unknown failure';
}

/** A payload that does not match its schema will not match it the next time. */
const isHopeless = (error: unknown): boolean => error instanceof Error && error.name === 'ZodError';
