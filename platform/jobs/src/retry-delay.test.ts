import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retryDelay } from './job-run.ts';

describe('retry delay', () => {
  it('doubles from the delay of the definition up to an hour', () => {
    const delays = [1, 2, 3, 11, 12].map((attempt) => retryDelay({ retryDelaySeconds: 2 }, attempt, () => 0));
    assert.deepEqual(delays, [2, 4, 8, 2_048, 3_600]);
  });

  it('adds up to a quarter by chance', () => {
    assert.equal(
      retryDelay({ retryDelaySeconds: 2 }, 1, () => 0.4),
      2.2,
    );
  });
});
