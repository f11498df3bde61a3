import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ICON_NAMES } from './icon-names.ts';

describe('icons', () => {
  it('are drawn once each, under the names that pages use', () => {
    const drawn = [...readFileSync(new URL('./icons.svg', import.meta.url), 'utf8').matchAll(/<symbol id="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(drawn.toSorted(), [...ICON_NAMES].sort());
    assert.equal(new Set(drawn).size, drawn.length);
  });
});
