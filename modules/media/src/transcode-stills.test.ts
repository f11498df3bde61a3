import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type MediaPlan, planMedia, readProbe } from '@madang/media-plan';
import { stillsOf } from './transcode-stills.ts';
import { unitsOf } from './transcode-units.ts';

function planOf(seconds: number, options: Parameters<typeof planMedia>[1] = {}): MediaPlan {
  const probe = readProbe({
    format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: `${seconds}` },
    streams: [{ index: 0, codec_type: 'video', codec_name: 'h264', width: 640, height: 360, avg_frame_rate: '30/1', r_frame_rate: '30/1' }],
  });
  assert.ok(!('refused' in probe));
  return planMedia(probe, options);
}

const all = (plan: MediaPlan) => unitsOf(plan).flatMap((unit) => stillsOf(plan, unit).map((still) => ({ ...still, ...unit })));

describe('[ME29] pictures taken while a film is made', () => {
  it('are spread over it, the first one also shown early', () => {
    const stills = all(planOf(20));
    assert.deepEqual(
      stills.map(({ frame, candidate }) => [frame, candidate]),
      [36, 90, 150, 216, 288, 360, 432, 504].map((frame, candidate) => [frame, candidate]),
    );
    assert.deepEqual(
      stills.filter(({ early }) => early).map(({ frame }) => frame),
      [36],
    );
  });

  it('are taken once each, by the first wave, in the chunk they lie in', () => {
    const stills = all(planOf(600, { chunkSeconds: 120, pixelsPerSecond: 1 }));
    assert.ok(stills.every(({ wave, chunk, frame }) => wave === 0 && Math.floor(frame / 3600) === chunk));
    assert.deepEqual(
      stills.filter(({ candidate }) => candidate !== undefined).map(({ candidate }) => candidate),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
  });

  it('of a long film have an early one of their own, soon after its beginning', () => {
    const [first, ...others] = all(planOf(600));
    assert.deepEqual([first?.frame, first?.candidate, first?.early], [150, undefined, true]);
    assert.ok(others.every(({ early }) => !early));
  });

  it('are fewer where a film has not so many frames, and lie within it', () => {
    const stills = all(planOf(0.1));
    assert.deepEqual(
      stills.map(({ frame, candidate, early }) => [frame, candidate, early]),
      [
        [0, 0, true],
        [1, 1, false],
        [2, 2, false],
      ],
    );
  });
});
