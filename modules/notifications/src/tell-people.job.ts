import { defineJob, type Schedule, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Tells many people of one thing: a crowd is told in jobs of this many. */
export const PEOPLE_PER_JOB = 500;

export const tellPeople = defineJob({
  name: 'notifications.tell-people',
  payload: z.object({
    kind: z.string(),
    about: z.string(),
    actorId: z.string().nullable(),
    payload: z.unknown(),
    to: z.array(z.string()).max(PEOPLE_PER_JOB),
  }),
  policy: systemOnly('follows what a module rings for'),
  concurrency: 1,
});

export const sweepNotifications = defineJob({
  name: 'notifications.sweep',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  policy: systemOnly('made by the clock'),
  attempts: 2,
  timeoutSeconds: 600,
  concurrency: 1,
});

export const nightlySweep: Schedule = {
  name: 'notifications.sweep',
  cron: '20 4 * * *',
  timeZone: 'Asia/Seoul',
  definition: sweepNotifications,
};
