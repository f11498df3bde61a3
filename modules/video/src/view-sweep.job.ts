import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Months of views, and what told viewers apart [VI145]. */
export const sweepViews = defineJob({
  name: 'video.sweep-views',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  policy: systemOnly('made by the clock'),
  timeoutSeconds: 600,
  concurrency: 1,
});

export const nightlyViewSweep: Schedule = {
  name: 'video.sweep-views',
  cron: '50 3 * * *',
  timeZone: 'Asia/Seoul',
  definition: sweepViews,
};
