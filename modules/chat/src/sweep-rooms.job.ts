import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Retention of messages and of the log of changes [CH60] [CH62]. */
export const sweepRooms = defineJob({
  name: 'chat.sweep-rooms',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  policy: systemOnly('made by the clock'),
  timeoutSeconds: 3600,
  concurrency: 1,
});

export const nightlySweep: Schedule = { name: 'chat.sweep-rooms', cron: '40 3 * * *', timeZone: 'Asia/Seoul', definition: sweepRooms };
