import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockText, isoDuration, secondsOf, startOf } from './clock-text.ts';

describe('times of a film', () => {
  it('are written as players write them', () => {
    assert.deepEqual([0, 7.9, 760, 3790, 360_000, Number.NaN, -3].map(clockText), [
      '0:00',
      '0:07',
      '12:40',
      '1:03:10',
      '100:00:00',
      '0:00',
      '0:00',
    ]);
  });
  it('are written as ISO 8601 for machines', () => {
    assert.deepEqual([0, 59.6, 60, 3790, 3600].map(isoDuration), ['PT0S', 'PT1M', 'PT1M', 'PT1H3M10S', 'PT1H']);
  });
  it('are read back in every way people write them', () => {
    assert.deepEqual(['90', '90s', '1m30s', '1h2m3s', '2m', '12:40', '1:03:10'].map(secondsOf), [90, 90, 90, 3723, 120, 760, 3790]);
    assert.deepEqual(['', 'x', '1:2', '-3', '1:02:03:04', '1.5'].map(secondsOf), Array(6).fill(undefined));
  });
  it('come from the address, the fragment before the query', () => {
    assert.equal(startOf('?t=90', ''), 90);
    assert.equal(startOf('?t=90', '#t=1m,2m'), 60);
    assert.equal(startOf('?v=1', '#comments'), undefined);
    assert.equal(startOf('?t=soon', ''), undefined);
  });
});
