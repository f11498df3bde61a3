import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planMedia } from './media-plan.ts';
import { estimateProgress, type ProgressState, shareOfWork } from './progress.ts';
import { rational } from './rational.ts';

/** Reports once a second; `pace` is the share of the work done in each second. */
function run(pace: readonly number[], from = 0, sourceSeconds = 100): ProgressState {
  let done = from;
  let state = estimateProgress(undefined, { done, atSeconds: 1000 }, sourceSeconds);
  for (const [second, step] of pace.entries()) {
    done += step;
    state = estimateProgress(state, { done, atSeconds: 1001 + second }, sourceSeconds);
  }
  return state;
}

describe('progress', () => {
  it('[MP90] only rises and stays within bounds, whatever is told', () => {
    const samples = fc.array(fc.record({ done: fc.double(), atSeconds: fc.double() }), { minLength: 1, maxLength: 60 });
    const likely = fc.array(fc.record({ done: fc.double({ min: 0, max: 1 }), atSeconds: fc.double({ min: 0, max: 500 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(samples, likely), (all) => {
        let state: ProgressState | undefined;
        for (const sample of all) {
          const next = estimateProgress(state, sample, 100);
          assert.ok(next.percent >= (state?.percent ?? 0) && next.percent <= 100);
          assert.equal(next.percent === 100, next.done === 1);
          assert.ok(next.etaSeconds === undefined || (next.etaSeconds >= 0 && next.etaSeconds <= 7 * 86_400));
          assert.ok(next.speed === undefined || next.speed > 0);
          state = next;
        }
      }),
      { numRuns: 400, seed: 12 },
    );
    assert.equal(run([0.9999]).percent, 99.9);
    assert.deepEqual([run([0.5, 0.5]).percent, run([0.5, 0.5]).etaSeconds], [100, 0]);
  });

  it('[MP92][MP93] tells speed and time left at a steady pace', () => {
    const state = run(Array<number>(20).fill(0.01));
    assert.ok(Math.abs((state.speed ?? 0) - 1) < 0.01);
    assert.ok(Math.abs((state.etaSeconds ?? 0) - 80) < 0.8);
    assert.equal(estimateProgress(undefined, { done: 0.3, atSeconds: 5 }, 100).etaSeconds, undefined);
  });

  it('[MP92] does not count what was done before a resumption', () => {
    const state = run(Array<number>(10).fill(0.01), 0.6);
    assert.ok(Math.abs((state.etaSeconds ?? 0) - 30) < 0.5);
  });

  it('[MP93] follows a change of pace', () => {
    for (const [before, after] of [
      [0.002, 0.004],
      [0.004, 0.002],
    ] as const) {
      const state = run([...Array<number>(60).fill(before), ...Array<number>(60).fill(after)]);
      const right = (1 - state.done) / after;
      assert.ok(Math.abs((state.etaSeconds ?? 0) / right - 1) < 0.25, `${state.etaSeconds} beside ${right}`);
    }
  });

  it('[MP91] weighs waves by their cost', () => {
    const plan = planMedia(
      {
        container: 'mp4',
        durationSeconds: 10,
        video: {
          index: 0,
          codec: 'hevc',
          width: 3840,
          height: 2160,
          sampleAspect: rational(1),
          rotation: 0,
          averageRate: rational(30),
          baseRate: rational(30),
          pixelFormat: 'yuv420p',
          transfer: 'sdr',
          interlaced: false,
          endSeconds: 10,
        },
        audio: [],
        subtitles: [],
      },
      { pixelsPerSecond: 1 },
    );
    assert.ok(plan.kind === 'video');
    assert.equal(plan.waves.length, 2);
    assert.ok(shareOfWork(plan, [300, 0]) < 0.2);
    assert.equal(shareOfWork(plan, []), 0);
    assert.equal(shareOfWork(plan, [300, 300]), 1);
    assert.equal(shareOfWork(plan, [900, 900]), 1);
  });
});
