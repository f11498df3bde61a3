import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createViewReport, referrerOf } from './view-report.ts';
import { createWatchedParts } from './watched-parts.ts';

function play(parts: { at(seconds: number): void }, from: number, to: number, step = 0.25): void {
  for (let at = from; at <= to; at += step) parts.at(at);
}

describe('watched parts', () => {
  it('grow while it plays, and a seek begins another', () => {
    const parts = createWatchedParts();
    play(parts, 0, 9.75);
    parts.stop();
    play(parts, 100, 104.5);
    play(parts, 30, 33);
    assert.deepEqual(parts.take(), [
      [0, 10],
      [100, 105],
      [30, 33],
    ]);
  });
  it('go on after a beacon without telling a second twice', () => {
    const parts = createWatchedParts();
    play(parts, 0, 10);
    assert.deepEqual(parts.take(), [[0, 10]]);
    play(parts, 10.25, 20);
    assert.deepEqual(parts.take(), [[10, 20]]);
    assert.deepEqual(parts.take(), []);
  });
  it('leave out glances of no length, and keep to what a beacon takes', () => {
    const parts = createWatchedParts();
    for (let jump = 0; jump < 70; jump++) {
      parts.stop();
      parts.at(jump * 100);
      parts.at(jump * 100 + 1.5);
    }
    const told = parts.take();
    assert.equal(told.length, 50);
    assert.deepEqual(told.at(-1), [6900, 6902]);
    parts.stop();
    parts.at(7);
    assert.deepEqual(parts.take(), []);
  });
  it('never count more than was played, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 20 })), { maxLength: 20 }),
        (stretches) => {
          const parts = createWatchedParts();
          for (const [from, length] of stretches) {
            parts.stop();
            play(parts, from, from + length);
          }
          const told = parts.take().reduce((sum, [from, to]) => sum + to - from, 0);
          assert.equal(
            told,
            stretches.reduce((sum, [, length]) => sum + length, 0),
          );
        },
      ),
    );
  });
});

describe('a view’s report', () => {
  const open = () => createViewReport({ viewId: 'view-0001', referrer: 'search.example', embedded: false });
  it('counts up, names the referrer once, and is silent without news', () => {
    const report = open();
    assert.equal(report.take(0, null), undefined);
    play(report, 0, 10);
    const first = report.take(10_000, '720');
    assert.deepEqual(
      [first?.seq, first?.referrer, first?.watched, first?.quality, first?.positionSeconds],
      [0, 'search.example', [[0, 10]], '720', 10],
    );
    play(report, 10.25, 12);
    const second = report.take(20_000, '720');
    assert.deepEqual([second?.seq, second && 'referrer' in second, second?.watched], [1, false, [[10, 12]]]);
    assert.equal(report.take(30_000, '720'), undefined);
  });
  it('measures stalls, also one that lasts over a beacon', () => {
    const report = open();
    report.stall(1000);
    report.stall(1500);
    const first = report.take(3000, null);
    assert.deepEqual([first?.stalls, first?.stalledSeconds], [1, 2]);
    report.flow(4500);
    const second = report.take(5000, null);
    assert.deepEqual([second?.stalls, second?.stalledSeconds], [0, 1.5]);
  });
});

describe('where a viewer came from', () => {
  it('is a host, nothing, or a frame', () => {
    assert.equal(referrerOf('https://search.example/?q=a', 'piyakast.localhost', false), 'search.example');
    assert.equal(referrerOf('http://piyakast.localhost/watch', 'piyakast.localhost', false), '');
    assert.equal(referrerOf('', 'piyakast.localhost', false), '');
    assert.equal(referrerOf('https://blog.example/', 'piyakast.localhost', true), 'embed');
  });
});
