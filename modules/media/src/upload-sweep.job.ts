import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Uploads that nothing was made of in time, and those whose parts were to be gone by now. */
export const sweepUploadsJob = defineJob({
  name: 'media.sweep-uploads',
  payload: z.object({}),
  policy: systemOnly('housekeeping'),
  attempts: 2,
  concurrency: 1,
  timeoutSeconds: 1800,
});

/** Parts that nobody counted: what a writer left that was killed between storing and counting. */
export const sweepPartsJob = defineJob({
  name: 'media.sweep-upload-parts',
  payload: z.object({}),
  policy: systemOnly('housekeeping'),
  attempts: 2,
  concurrency: 1,
  timeoutSeconds: 3600,
});

export const uploadSchedules: readonly Schedule[] = [
  { name: 'media.sweep-uploads', cron: '37 * * * *', timeZone: 'UTC', definition: sweepUploadsJob },
  { name: 'media.sweep-upload-parts', cron: '10 20 * * *', timeZone: 'UTC', definition: sweepPartsJob },
];
