import type { Clock, JobHandler } from '@madang/kernel';
import { deleteOlderThan } from './notification-store.ts';

/** Days a notification is kept, read or not. */
const KEPT_DAYS = 90;
const STEP = 5000;

export function createHandler(deps: { clock: Clock }): JobHandler<Record<string, never>> {
  return async ({ zone, signal }) => {
    const before = new Date(deps.clock.now().getTime() - KEPT_DAYS * 86_400_000);
    while ((await zone.db.run(deleteOlderThan(before, STEP))) === STEP) signal.throwIfAborted();
  };
}
