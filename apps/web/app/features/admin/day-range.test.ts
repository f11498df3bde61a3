import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dayRange } from './day-range.ts';

describe('days of the reader as instants', () => {
  it('reaches from midnight to the last millisecond of the day', () => {
    const { start_date, end_date } = dayRange('2026-11-21', '2026-11-21');
    assert.equal(start_date, new Date(2026, 10, 21).toISOString());
    assert.equal(end_date, new Date(new Date(2026, 10, 22).getTime() - 1).toISOString());
  });
  it('leaves out what is no day', () => assert.deepEqual(dayRange('', 'soon'), {}));
});
