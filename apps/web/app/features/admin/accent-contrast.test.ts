import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accentContrast, nearsRed } from './accent-contrast.ts';

describe('the accent a hue makes', () => {
  it('can be read at every hue, by day and by night (WCAG 2.2 AA)', () => {
    for (let hue = 0; hue < 360; hue++) {
      const { light, dark } = accentContrast(hue);
      for (const value of [light.fill, light.text, dark.fill, dark.text]) assert.ok(value >= 4.5, `${hue}°: ${value.toFixed(2)}`);
    }
  });
  it('knows how near red is, also across 0°', () => {
    assert.deepEqual([0, 2, 3, 51, 52, 160, 359].map(nearsRed), [false, false, true, true, false, false, false]);
  });
});
