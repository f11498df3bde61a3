import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latestTick, parseCron } from './cron.ts';

const matches = (expression: string, at: string, timeZone = 'UTC') => parseCron(expression, timeZone).matches(new Date(at));

describe('cron', () => {
  const ticks: [expression: string, at: string, expected: boolean, timeZone?: string][] = [
    ['* * * * *', '2026-11-21T09:41:30Z', true],
    ['41 9 21 11 6', '2026-11-21T09:41:00Z', true],
    ['42 9 21 11 6', '2026-11-21T09:41:00Z', false],
    ['*/15 * * * *', '2026-11-21T09:45:59Z', true],
    ['*/15 * * * *', '2026-11-21T09:46:00Z', false],
    ['5/20 * * * *', '2026-11-21T09:45:00Z', true],
    ['0-30/10 * * * *', '2026-11-21T09:40:00Z', false],
    ['0 9-17 * * mon-fri', '2026-11-23T17:00:00Z', true],
    ['0 9-17 * * mon-fri', '2026-11-21T17:00:00Z', false],
    ['0 0 1,15 * *', '2026-11-15T00:00:00Z', true],
    ['0 0 * jan,nov *', '2026-11-15T00:00:00Z', true],
    ['0 0 * * 7', '2026-11-22T00:00:00Z', true],
    ['0 0 * * 5-7', '2026-11-22T00:00:00Z', true],
    // Both day fields restricted: either suffices.
    ['0 0 13 * fri', '2026-11-13T00:00:00Z', true],
    ['0 0 13 * fri', '2026-11-20T00:00:00Z', true],
    ['0 0 13 * fri', '2026-11-21T00:00:00Z', false],
    // One of them open: both must hold.
    ['0 0 */2 * fri', '2026-11-20T00:00:00Z', false],
    ['0 3 * * *', '2026-11-20T18:00:00Z', true, 'Asia/Seoul'],
    ['0 0 21 11 *', '2026-11-20T15:00:00Z', true, 'Asia/Seoul'],
    // New York skips 02:30 on 8 March 2026 and has 01:30 twice on 1 November.
    ['30 2 * * *', '2026-03-08T07:30:00Z', false, 'America/New_York'],
    ['30 1 * * *', '2026-11-01T05:30:00Z', true, 'America/New_York'],
    ['30 1 * * *', '2026-11-01T06:30:00Z', true, 'America/New_York'],
  ];
  for (const [expression, at, expected, timeZone] of ticks) {
    it(`${expression} ${expected ? 'ticks' : 'does not tick'} at ${at} in ${timeZone ?? 'UTC'}`, () => {
      assert.equal(matches(expression, at, timeZone), expected);
    });
  }

  for (const bad of [
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    'a * * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '1//2 * * * *',
    '*-5 * * * *',
    '1, * * * *',
    '-1 * * * *',
    '1.5 * * * *',
  ]) {
    it(`refuses '${bad}'`, () => {
      assert.throws(() => parseCron(bad, 'UTC'), RangeError);
    });
  }

  it('refuses a time zone that is none', () => {
    assert.throws(() => parseCron('* * * * *', 'Mars/Olympus'), RangeError);
  });

  it('finds the latest tick after one instant and until another', () => {
    const daily = parseCron('0 3 * * *', 'UTC');
    const at = (text: string) => new Date(text);
    assert.deepEqual(latestTick(daily, at('2026-11-20T00:00:00Z'), at('2026-11-21T09:00:00Z')), at('2026-11-21T03:00:00Z'));
    assert.deepEqual(latestTick(daily, at('2026-11-21T02:59:00Z'), at('2026-11-21T03:00:59Z')), at('2026-11-21T03:00:00Z'));
    assert.equal(latestTick(daily, at('2026-11-21T03:00:00Z'), at('2026-11-22T02:59:00Z')), undefined);
  });

  it('looks back a day and no further', () => {
    const yearly = parseCron('0 0 1 1 *', 'UTC');
    assert.equal(latestTick(yearly, new Date(0), new Date('2026-01-02T00:01:00Z')), undefined);
    assert.deepEqual(latestTick(yearly, new Date(0), new Date('2026-01-01T23:00:00Z')), new Date('2026-01-01T00:00:00Z'));
  });
});
