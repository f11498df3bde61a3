import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for what another process or node brings about: asks `check` again until it stops throwing and returns its answer;
 * after `patienceMs` its last failure is the test's.
 */
export async function eventually<T>(check: () => T | Promise<T>, patienceMs = 10_000): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(10);
    }
  }
}
