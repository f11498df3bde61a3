import type { Clock } from '@madang/kernel';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  set(at: Date): void;
}

/** Stands still until it is moved. */
export function testClock(start: Date | string = '2026-11-21T09:00:00.000Z'): TestClock {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advance: (milliseconds) => {
      now += milliseconds;
    },
    set: (at) => {
      now = at.getTime();
    },
  };
}
