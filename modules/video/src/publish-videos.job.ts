import { defineJob, type JobQueue, type Queries, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Publishes the scheduled videos whose time has come [VI22]. */
export const publishVideos = defineJob({
  name: 'video.publish-videos',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  policy: systemOnly('made by the clock'),
  timeoutSeconds: 50,
  concurrency: 1,
});

/** The clocks of two machines differ by less. */
const LATE_MS = 2_000;

/** With the change that set the time: nobody looks every minute for what is seldom there. */
export async function publishLater(jobs: JobQueue, tx: Queries, publishAt: Date): Promise<void> {
  const startAfter = new Date(publishAt.getTime() + LATE_MS);
  await jobs.enqueue(tx, publishVideos, {}, { key: `at ${startAfter.toISOString()}`, startAfter });
}

/** For what was due while every try of its own job failed. */
export const everyTenMinutes: Schedule = { name: 'video.publish-videos', cron: '*/10 * * * *', timeZone: 'UTC', definition: publishVideos };
