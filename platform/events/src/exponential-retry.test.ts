import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exponentialRetry } from './create-events.ts';

describe('exponential retry', () => {
  it('doubles up to a minute', () => {
    const { seconds } = exponentialRetry({ attempts: 9, firstSeconds: 1, random: () => 0 });
    assert.deepEqual([1, 2, 3, 6, 7, 8].map(seconds), [1, 2, 4, 32, 60, 60]);
  });

  it('adds up to a quarter by chance', () => {
    const { seconds } = exponentialRetry({ attempts: 9, firstSeconds: 1, random: () => 0.8 });
    assert.equal(seconds(1), 1.2);
  });
});
