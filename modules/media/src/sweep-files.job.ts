import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Rows of uploads that never ended, files that nothing came to show, deletions whose job was lost. */
export const sweepFilesJob = defineJob({
  name: 'media.sweep-files',
  payload: z.object({}),
  policy: systemOnly('housekeeping'),
  attempts: 2,
  concurrency: 1,
  timeoutSeconds: 600,
});

/** Blobs without a row: what a put left that ended after its row had been swept, and was killed before it could tidy up. */
export const sweepOrphansJob = defineJob({
  name: 'media.sweep-orphans',
  payload: z.object({}),
  policy: systemOnly('housekeeping'),
  attempts: 2,
  concurrency: 1,
  timeoutSeconds: 3600,
});

export const schedules: readonly Schedule[] = [
  { name: 'media.sweep-files', cron: '17 * * * *', timeZone: 'UTC', definition: sweepFilesJob },
  { name: 'media.sweep-orphans', cron: '40 19 * * *', timeZone: 'UTC', definition: sweepOrphansJob },
];
