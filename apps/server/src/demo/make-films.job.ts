import { defineJob, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** One film of the demo, from a formula to an upload that goes the way of every other. */
export const makeDemoFilm = defineJob({
  name: 'demo.make-film',
  payload: z.object({ key: z.string() }),
  policy: systemOnly('the demo shows what a zone may look like'),
  attempts: 3,
  concurrency: 1,
  timeoutSeconds: 300,
});
