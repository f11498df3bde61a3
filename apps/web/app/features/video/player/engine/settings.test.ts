import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS, readSettings } from './settings.ts';

describe('how someone likes to watch', () => {
  it('is read back, and falls back piece by piece', () => {
    assert.deepEqual(readSettings(null), DEFAULT_SETTINGS);
    assert.deepEqual(readSettings('{not json'), DEFAULT_SETTINGS);
    assert.deepEqual(readSettings('[1]'), DEFAULT_SETTINGS);
    const kept = readSettings(
      JSON.stringify({ volume: 0.4, rate: 9, quality: 720, captions: 'ko', captionSize: 'huge', muted: 'yes', theatre: true }),
    );
    assert.deepEqual(kept, { ...DEFAULT_SETTINGS, volume: 0.4, quality: 720, captions: 'ko', theatre: true });
  });
});
