import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryShared } from './memory-shared.ts';
import { sharedContract } from './testing/index.ts';

sharedContract('memory', async () => {
  let now = Date.parse('2026-11-21T00:00:00Z');
  const shared = createMemoryShared({ clock: { now: () => new Date(now) } });
  return {
    shared,
    pass: async (milliseconds) => {
      now += milliseconds;
    },
    close: () => shared.close(),
  };
});

describe('memory rate limiter', () => {
  it('keeps only the windows that are open', async () => {
    let now = 0;
    const { rateLimiter } = createMemoryShared({ clock: { now: () => new Date(now) } });
    const rule = { name: 'sweep', points: 1, windowSeconds: 1 };
    for (let i = 0; i < 25_000; i++) {
      now += 1;
      await rateLimiter.consume(rule, `key-${i}`);
    }
    assert.equal((await rateLimiter.consume(rule, 'key-24999')).allowed, false);
    assert.equal((await rateLimiter.consume(rule, 'key-23000')).allowed, true);
  });
});
