import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Films whose work lost its job, versions whose removal did, folders of processes that are gone. */
export const sweepAssetsJob = defineJob({
  name: 'media.sweep-assets',
  payload: z.object({}),
  policy: systemOnly('housekeeping'),
  attempts: 2,
  concurrency: 1,
  timeoutSeconds: 600,
});

/** Blobs of versions nobody knows. */
export const sweepVodJob = defineJob({
  name: 'media.sweep-vod',
  payload: z.object({}),
  policy: systemOnly('housekeeping'),
  attempts: 2,
  concurrency: 1,
  timeoutSeconds: 3600,
});

export const assetSchedules: readonly Schedule[] = [
  { name: 'media.sweep-assets', cron: '*/10 * * * *', timeZone: 'UTC', definition: sweepAssetsJob },
  { name: 'media.sweep-vod', cron: '10 20 * * *', timeZone: 'UTC', definition: sweepVodJob },
];
