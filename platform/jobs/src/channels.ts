import type { Bus, JobState } from '@madang/kernel';

/** A definition's name: one of its jobs became ready. */
export const READY_CHANNEL = 'jobs:ready';
/** A job's id: whoever runs it should stop. */
export const CANCEL_CHANNEL = 'jobs:cancel';

/** Where a job's progress and state are announced, as JSON of `JobNews`. */
export const jobChannel = (zoneId: string, jobId: string): string => `job:${zoneId}:${jobId}`;

export interface JobNews {
  readonly state: JobState;
  /** 0–100. */
  readonly percent: number;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export function announce(bus: Bus, zoneId: string, jobId: string, news: JobNews): void {
  bus.publish(jobChannel(zoneId, jobId), JSON.stringify(news));
}
