import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelled, nearest, pathOf, scaleFor } from './plot-scale.ts';

describe('the axis of a plot', () => {
  it('is round, reaches the highest value and has two to five steps', () => {
    for (const highest of [0.3, 1, 7, 12, 99, 100, 101, 2_418, 1e6]) {
      const { top, ticks } = scaleFor(highest);
      assert.ok(top >= highest && top < highest * 1.7, `${highest} → ${top}`);
      assert.ok(ticks.length >= 3 && ticks.length <= 6, `${highest}: ${ticks}`);
      assert.equal(ticks[0], 0);
    }
    assert.deepEqual(scaleFor(100).ticks, [0, 25, 50, 75, 100]);
  });

  it('has no halves of what is counted, and stands also without values', () => {
    assert.deepEqual(scaleFor(3, { whole: true }).ticks, [0, 1, 2, 3]);
    assert.deepEqual(scaleFor(0).ticks, [0, 1]);
    assert.deepEqual(scaleFor(Number.NaN).ticks, [0, 1]);
  });
});

describe('places along it', () => {
  it('are labelled at both ends and evenly between', () => {
    assert.deepEqual(labelled(28, 4), [0, 9, 18, 27]);
    assert.deepEqual(labelled(3, 4), [0, 1, 2]);
    assert.deepEqual(labelled(0, 4), []);
  });

  it('are found from a pointer, also beyond the edges', () => {
    assert.deepEqual(
      [-1, 0, 0.49, 1, 3].map((at) => nearest(at, 11)),
      [0, 0, 5, 10, 10],
    );
  });

  it('make a path', () => {
    assert.equal(
      pathOf([
        [0, 1],
        [2.25, 3],
      ]),
      'M0.0 1.0L2.3 3.0',
    );
  });
});
