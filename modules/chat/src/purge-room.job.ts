import { defineJob, systemOnly } from '@madang/kernel';
import { z } from 'zod';

/** Removes what a deleted room held [CH61]. */
export const purgeRoom = defineJob({
  name: 'chat.purge-room',
  payload: z.object({ roomId: z.string() }),
  policy: systemOnly('follows the deletion of a room'),
  timeoutSeconds: 3600,
  concurrency: 1,
});
