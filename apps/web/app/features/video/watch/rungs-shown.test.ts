import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rungsShown } from './rungs-shown.ts';

const rungs = [1080, 720, 480, 240].map((side) => ({ id: String(side), state: 'making' as const, percent: 10 }));
const shown = (playing: number | null, offered: number[]) => rungsShown(rungs, { playing, offered })?.map(({ id }) => Number(id));

describe('qualities on their way', () => {
  it('are shown from the one that plays upwards, three at most', () => {
    assert.deepEqual(shown(240, [240]), [240, 480, 720]);
    assert.deepEqual(shown(480, [480, 240]), [480, 720, 1080]);
    assert.deepEqual(shown(null, [720, 480, 240]), [720, 1080]);
  });
  it('are none where the player has them all', () => assert.equal(shown(480, [1080, 720, 480, 240]), undefined));
});
