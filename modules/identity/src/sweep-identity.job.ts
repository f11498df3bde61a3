import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Removes sessions and one-time tokens long over, and guests who left nothing behind. */
export const sweepIdentity = defineJob<Record<string, never>>({
  name: 'identity.sweep',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  policy: systemOnly('housekeeping by the clock'),
  concurrency: 1,
});

export const sweepIdentityNightly: Schedule = {
  name: 'identity.sweep-nightly',
  cron: '20 4 * * *',
  timeZone: 'Asia/Seoul',
  definition: sweepIdentity,
};
