import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { daysOf, retentionOf } from './analytics.ts';
import { type Beacon, deviceOf, NO_PARTS, qualityOf, readWatched, referrerOf } from './beacon.ts';
import { placeAt, STEP } from './playlist-place.ts';
import { secondsOfAView, takeBeacons, type View } from './view.ts';

const NEW: View = {
  watchSeconds: 0,
  furthestSeconds: 0,
  qualities: {},
  stalls: 0,
  stalledSeconds: 0,
  parts: NO_PARTS,
  beacons: [],
  verdict: 'open',
};
const beacon = (seq: number, from: number, to: number, rest: Partial<Beacon> = {}): Beacon => ({
  videoId: 'video_1',
  viewId: 'view-1-xx',
  seq,
  at: new Date(seq * 1000),
  personId: 'user_1',
  address: '198.51.100.7',
  userAgent: '',
  device: 'other',
  referrer: '',
  durationSeconds: 100,
  positionSeconds: to,
  ...readWatched([[from, to]], 100),
  quality: '720',
  stalls: 1,
  stalledSeconds: 0.5,
  ...rest,
});

describe('beacons', () => {
  it('[VI140] are cut to the film, and touch its hundredths', () => {
    const half = readWatched([[0, 50]], 100);
    assert.deepEqual([half.watchedSeconds, half.furthestSeconds, half.parts], [50, 50, '1'.repeat(50) + '0'.repeat(50)]);
    assert.equal(readWatched([[0, 0.1]], 100).parts.indexOf('0'), 1);
    assert.equal(readWatched([[90, 400]], 100).watchedSeconds, 10);
    assert.equal(readWatched([[200, 400]], 100).parts, NO_PARTS);
    assert.equal(readWatched([[5, 3]], 100).watchedSeconds, 0);
    const forged = Array.from({ length: 50 }, (): [number, number] => [0, 86_400]);
    assert.equal(readWatched(forged, 100).watchedSeconds, 100);
    assert.equal(readWatched(forged, null).watchedSeconds, 40);
    const odd = readWatched([[0, 29.97]], 29.97);
    assert.equal(odd.parts, '1'.repeat(100));
    for (let at = 0; at < 100; at++) {
      const parts = readWatched([[(29.97 * at) / 100, (29.97 * (at + 1)) / 100]], 29.97).parts;
      assert.equal(parts.indexOf('1'), at);
      assert.equal(parts.lastIndexOf('1'), at);
    }
  });

  it('[VI142] come in any order and any number of times, and count once', () => {
    const all = Array.from({ length: 12 }, (_, seq) => beacon(seq, seq * 5, seq * 5 + 5));
    const inOrder = takeBeacons(NEW, all).view;
    assert.deepEqual(inOrder.beacons, [0, 12]);
    assert.equal(inOrder.watchSeconds, 60);
    assert.equal(inOrder.stalls, 12);
    assert.deepEqual(inOrder.qualities, { 720: 60 });
    for (let turn = 1; turn < 12; turn++) {
      let view = NEW;
      const shuffled = [...all, ...all].sort((a, b) => ((a.seq * 7 * turn) % 12) - ((b.seq * 7 * turn) % 12));
      let newParts = 0;
      for (let at = 0; at < shuffled.length; at += turn) {
        const taken = takeBeacons(view, shuffled.slice(at, at + turn));
        newParts += taken.newParts.length;
        view = taken.view;
      }
      assert.deepEqual(view, inOrder);
      assert.equal(newParts, 60);
    }
    const again = takeBeacons(inOrder, all);
    assert.equal(again.fresh, false);
    assert.equal(again.claims, false);
    assert.equal(again.stoppedAt, undefined);
  });

  it('[VI142] say where one stopped by their number, not by their arrival', () => {
    const late = takeBeacons(NEW, [beacon(3, 30, 40)]);
    assert.equal(late.stoppedAt?.positionSeconds, 40);
    assert.equal(takeBeacons(late.view, [beacon(1, 10, 20)]).stoppedAt, undefined);
    assert.equal(takeBeacons(late.view, [beacon(4, 5, 6)]).stoppedAt?.positionSeconds, 6);
  });

  it('[VI142] opens a bounded number of gaps', () => {
    const view = takeBeacons(
      NEW,
      Array.from({ length: 1_000 }, (_, index) => beacon(index * 2, 0, 1)),
    ).view;
    assert.ok(view.beacons.length <= 202);
  });

  it('[VI141] a view is thirty seconds or half the film', () => {
    assert.equal(secondsOfAView(null), 30);
    assert.equal(secondsOfAView(600), 30);
    assert.equal(secondsOfAView(20), 10);
    assert.equal(takeBeacons(NEW, [beacon(0, 0, 29.9)]).claims, false);
    assert.equal(takeBeacons(NEW, [beacon(0, 0, 15), beacon(1, 15, 30)]).claims, true);
    assert.equal(takeBeacons({ ...NEW, verdict: 'counted' }, [beacon(0, 0, 60)]).claims, false);
    const short = { durationSeconds: 8, ...readWatched([[0, 4]], 8) };
    assert.equal(takeBeacons(NEW, [beacon(0, 0, 4, short)]).claims, true);
  });

  it('are told apart by device, page before and quality', () => {
    const agents = {
      phone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1',
      tablet: 'Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/130.0 Safari/537.36',
      desktop: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36',
      tv: 'Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36',
      other: 'curl/8.0',
    };
    for (const [device, agent] of Object.entries(agents)) assert.equal(deviceOf(agent), device);
    assert.equal(referrerOf({ referrer: 'www.Example.org', embedded: false }), 'example.org');
    assert.equal(referrerOf({ referrer: 'a/b?c', embedded: false }), '');
    assert.equal(referrerOf({ referrer: 'example.org', embedded: true }), 'embed');
    assert.deepEqual(['720p', '720', 'auto', 'valueOf', null].map(qualityOf), ['720p', '720', 'auto', '', '']);
  });
});

describe('figures', () => {
  it('[VI150] days are those of the offset, without gaps', () => {
    const now = new Date('2026-11-21T16:30:00Z');
    assert.deepEqual(daysOf(now, { days: 2, utcOffsetMinutes: 0 }), {
      since: new Date('2026-11-20T00:00:00Z'),
      until: new Date('2026-11-22T00:00:00Z'),
      dates: ['2026-11-20', '2026-11-21'],
    });
    assert.deepEqual(daysOf(now, { days: 1, utcOffsetMinutes: 540 }), {
      since: new Date('2026-11-21T15:00:00Z'),
      until: new Date('2026-11-22T15:00:00Z'),
      dates: ['2026-11-22'],
    });
    assert.equal(daysOf(now, { days: 365, utcOffsetMinutes: -345 }).dates.length, 365);
  });

  it('[VI151] the curve is a share of views', () => {
    assert.deepEqual(retentionOf(null, null), []);
    assert.deepEqual(retentionOf(4, [4, 3, 1]), [1, 0.75, 0.25]);
  });
});

describe('places in a playlist', () => {
  it('[VI121] lie between neighbours until there is no room', () => {
    assert.equal(placeAt(undefined, undefined), STEP);
    assert.equal(placeAt(undefined, STEP), 0);
    assert.equal(placeAt(STEP, undefined), 2 * STEP);
    let after = 2 * STEP;
    let moves = 0;
    for (;;) {
      const place = placeAt(STEP, after);
      if (place === undefined) break;
      assert.ok(place > STEP && place < after);
      after = place;
      moves++;
    }
    assert.ok(moves > 40);
  });
});
