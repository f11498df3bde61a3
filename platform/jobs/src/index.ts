export { type JobNews, jobChannel } from './channels.ts';
export { createJobs, type JobStats, type Jobs } from './create-jobs.ts';
export { type FailedJob, JOB_CITY_STATEMENTS, type JobCounts } from './job-statements.ts';
export type { WorkerTimes } from './worker.ts';
