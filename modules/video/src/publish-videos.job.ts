import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Publishes the scheduled videos whose time has come [VI22]. */
export const publishVideos = defineJob({
  name: 'video.publish-videos',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  policy: systemOnly('made by the clock'),
  timeoutSeconds: 50,
  concurrency: 1,
});

export const everyMinute: Schedule = { name: 'video.publish-videos', cron: '* * * * *', timeZone: 'UTC', definition: publishVideos };
