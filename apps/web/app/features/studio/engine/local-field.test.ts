import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextRoundHour, toLocalField } from './local-field.ts';

describe('a time on the clock of the device', () => {
  it('comes back from the field as it went in', () => {
    const moment = new Date(2026, 10, 5, 9, 4);
    assert.equal(toLocalField(moment), '2026-11-05T09:04');
    assert.equal(new Date(toLocalField(moment)).getTime(), moment.getTime());
  });
  it('begins at a full hour to come, also over midnight', () =>
    assert.equal(toLocalField(nextRoundHour(new Date(2026, 11, 31, 22, 40))), '2027-01-01T00:00'));
});
