import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countPerBin } from './bins.ts';

describe('moments in bins', () => {
  it('counts each once, and none that lies outside', () => {
    assert.deepEqual(countPerBin([99, 100, 109, 110, 129, 130], 100, 10, 3), [2, 1, 1]);
    assert.deepEqual(countPerBin([], 0, 1, 2), [0, 0]);
  });
});
