import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseThumbnail, type ThumbnailCandidate } from './choose-thumbnail.ts';
import { rational, toNumber } from './rational.ts';
import { planStoryboard, storyboardVtt } from './storyboard.ts';

const wide = { width: 1920, height: 1080 };

describe('the storyboard', () => {
  it('[MP88] of a minute has a tile every two seconds', () => {
    const plan = planStoryboard(1800, 60, rational(30), wide);
    assert.deepEqual([plan.tiles, plan.sheets, plan.everyKeyFrames, plan.tile], [30, 2, 1, { width: 160, height: 90 }]);
    const lines = storyboardVtt(plan, (sheet) => `sheet-${sheet}.jpg`).split('\n');
    assert.deepEqual(lines.slice(0, 7), [
      'WEBVTT',
      '',
      '00:00:00.000 --> 00:00:02.000',
      'sheet-0.jpg#xywh=0,0,160,90',
      '',
      '00:00:02.000 --> 00:00:04.000',
      'sheet-0.jpg#xywh=160,0,160,90',
    ]);
    assert.ok(lines.includes('sheet-1.jpg#xywh=640,0,160,90'));
  });

  it('[MP88] of any film covers it without gap, in at most 250 tiles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_592_000 }),
        fc.constantFrom(rational(30), rational(60_000, 1001), rational(10)),
        (frames, rate) => {
          const gop = Math.round(toNumber(rate) * 2);
          const plan = planStoryboard(frames, gop, rate, { width: 1080, height: 1920 });
          assert.ok(plan.tiles >= 1 && plan.tiles <= 250 && plan.sheets * 25 >= plan.tiles);
          // Every tile's key frame exists.
          assert.ok((plan.tiles - 1) * plan.everyKeyFrames * gop < frames);
          const cues = [...storyboardVtt(plan, () => 's.jpg').matchAll(/^([\d:.]+) --> ([\d:.]+)$/gm)];
          assert.equal(cues.length, plan.tiles);
          assert.equal(cues[0]?.[1], '00:00:00.000');
          for (const [place, cue] of cues.entries()) if (place > 0) assert.equal(cue[1], cues[place - 1]?.[2]);
        },
      ),
      { numRuns: 100, seed: 13 },
    );
  });
});

describe('the thumbnail', () => {
  const good: ThumbnailCandidate = { atSeconds: 30, luminance: 0.5, contrast: 0.5, sharpness: 20, sceneChange: 0.02 };

  it('[MP95] is the picture that shows most', () => {
    const of = (...candidates: readonly ThumbnailCandidate[]): number | undefined => chooseThumbnail(candidates, 100);
    assert.equal(of(), undefined);
    assert.equal(of({ ...good, luminance: 0.01, sharpness: 99 }, { ...good, luminance: 0.99 }, { ...good, contrast: 0.01 }, good), 3);
    assert.equal(of({ ...good, sharpness: 5 }, good), 1);
    assert.equal(of({ ...good, sceneChange: 0.9 }, good), 1);
    assert.equal(of({ ...good, atSeconds: 1 }, good), 1);
    assert.equal(of(good, good), 0);
    assert.equal(of({ ...good, luminance: 0.01 }), 0);
  });

  it('[MP95] is always one of the candidates', () => {
    const any = fc.record({
      atSeconds: fc.double(),
      luminance: fc.double(),
      contrast: fc.double(),
      sharpness: fc.double(),
      sceneChange: fc.double(),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 20 }), fc.double(), (candidates, duration) => {
        const index = chooseThumbnail(candidates, duration);
        assert.ok(index !== undefined && index >= 0 && index < candidates.length);
      }),
      { seed: 14 },
    );
  });
});
