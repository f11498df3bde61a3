import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type MediaPlan, planMedia, readProbe } from '@madang/media-plan';
import { MASTER } from './asset-keys.ts';
import { priorityOf } from './transcode-jobs.ts';
import { bytesOf, type MadeUnit, playlistsOf } from './transcode-playlists.ts';
import { madeSoFar, nextEstimate } from './transcode-progress.ts';
import { requestOf, SOUNDS, soundsOf, unitSeconds, unitsOf } from './transcode-units.ts';

function planOf(options: {
  seconds?: number;
  sound?: boolean;
  picture?: boolean;
  chunkSeconds?: number;
  pixelsPerSecond?: number;
}): MediaPlan {
  const { seconds = 20, sound = true, picture = true } = options;
  const video = {
    codec_type: 'video',
    codec_name: 'h264',
    width: 640,
    height: 360,
    pix_fmt: 'yuv420p',
    avg_frame_rate: '25/1',
    r_frame_rate: '25/1',
  };
  const audio = { codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' };
  const streams = [...(picture ? [video] : []), ...(sound ? [audio] : [])].map((stream, index) => ({ index, ...stream }));
  const probe = readProbe({ format: { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: String(seconds) }, streams });
  assert.ok(!('refused' in probe));
  return planMedia(probe, options);
}

/** All units of a plan, done or with their first `some` segments. */
function madeOf(plan: MediaPlan, some = Number.POSITIVE_INFINITY): MadeUnit[] {
  return unitsOf(plan).map((unit) => {
    const { picture } = requestOf(plan, unit);
    const lists = [
      ...(picture?.rungs ?? []).map(({ id }) => [id, unitSeconds(plan, unit)] as const),
      ...soundsOf(plan, unit).map(({ id }) => [id, plan.durationSeconds] as const),
    ];
    const segments = lists.map(
      ([id, seconds]) => [id, Array.from({ length: Math.min(some, Math.ceil(seconds / 4)) }, () => [4, 1000] as const)] as const,
    );
    return {
      ...unit,
      state: some === Number.POSITIVE_INFINITY ? ('done' as const) : ('running' as const),
      segments: Object.fromEntries(segments),
    };
  });
}

describe('units of a plan', () => {
  it('[ME27] a film in one chunk has its sounds in its first wave; a longer one has them apart and first', () => {
    assert.deepEqual(unitsOf(planOf({})), [{ wave: 0, chunk: 0 }]);
    const long = planOf({ chunkSeconds: 8, pixelsPerSecond: 1 });
    const chunks = [0, 1].flatMap((wave) => [0, 1, 2].map((chunk) => ({ wave, chunk })));
    assert.deepEqual(unitsOf(long), [{ wave: 0, chunk: SOUNDS }, ...chunks]);
    assert.deepEqual(unitsOf(planOf({ picture: false })), [{ wave: 0, chunk: SOUNDS }]);
    assert.deepEqual(
      unitsOf(planOf({ sound: false, chunkSeconds: 8 }))
        .map(({ chunk }) => chunk)
        .includes(SOUNDS),
      false,
    );
  });

  it('every rung and sound is asked for exactly once in every stretch', () => {
    for (const plan of [
      planOf({}),
      planOf({ chunkSeconds: 4, pixelsPerSecond: 1 }),
      planOf({ sound: false }),
      planOf({ picture: false }),
    ]) {
      const asked = unitsOf(plan).flatMap((unit) => {
        const { picture, sounds } = requestOf(plan, unit);
        return [...(picture?.rungs ?? []).map(({ id }) => `${id} ${picture?.startFrame}`), ...sounds.map(({ id }) => id)];
      });
      assert.equal(new Set(asked).size, asked.length);
      const chunks = plan.kind === 'video' ? plan.chunks.length * plan.rungs.length : 0;
      assert.equal(asked.length, chunks + plan.audio.length);
    }
  });

  it('the last chunk has no end, the others end where the next begins', () => {
    const plan = planOf({ chunkSeconds: 8 });
    const pictures = unitsOf(plan).flatMap((unit) => requestOf(plan, unit).picture ?? []);
    assert.deepEqual(
      pictures.map(({ startFrame, endFrame }) => [startFrame, endFrame]),
      [
        [0, 200],
        [200, 400],
        [400, undefined],
      ],
    );
    assert.throws(() => requestOf(plan, { wave: 0, chunk: 9 }), RangeError);
  });

  it('[ME28] a beginning goes before any rest, later waves last, and a person with much under way after others', () => {
    const order = [
      priorityOf({ wave: 0, chunk: 0 }, 0),
      priorityOf({ wave: 0, chunk: 0 }, 3),
      priorityOf({ wave: 0, chunk: 4 }, 0),
      priorityOf({ wave: 1, chunk: 0 }, 0),
    ];
    assert.deepEqual(
      order,
      order.toSorted((a, b) => b - a),
    );
    assert.ok(priorityOf({ wave: 0, chunk: 0 }, 40) < priorityOf({ wave: 0, chunk: 4 }, 0));
    assert.equal(priorityOf({ wave: 0, chunk: SOUNDS }, 0), priorityOf({ wave: 0, chunk: 0 }, 0));
  });
});

describe('playlists of what is made', () => {
  const plan = planOf({ chunkSeconds: 8, pixelsPerSecond: 1 });
  assert.ok(plan.kind === 'video');
  const all = madeOf(plan);
  const captions = [{ id: 'captions_1', language: 'ko', name: '한국어' }];

  it('[ME24] there is no master before every sound and every rung of the first wave has begun', () => {
    const begun = madeOf(plan, 1);
    for (const { wave, chunk } of begun.filter((unit) => unit.wave === 0 && unit.chunk < 1)) {
      const without = begun.filter((unit) => unit.wave !== wave || unit.chunk !== chunk);
      const { files, playable } = playlistsOf(plan, without, []);
      assert.deepEqual([playable, files.has(MASTER)], [false, false]);
    }
    const first = playlistsOf(
      plan,
      begun.filter(({ wave, chunk }) => wave === 0 && chunk < 1),
      captions,
    );
    assert.deepEqual([first.playable, first.growing, first.whole], [true, true, false]);
    assert.deepEqual([...first.files.keys()], ['audio/index.m3u8', '240/index.m3u8', MASTER]);
    assert.match(first.files.get('240/index.m3u8') ?? '', /TYPE:EVENT/);
    assert.match(first.files.get(MASTER) ?? '', /captions\/captions_1\/index\.m3u8/);
    const more = playlistsOf(
      plan,
      begun.filter(({ chunk }) => chunk < 1),
      [],
    );
    assert.deepEqual([more.growing, more.files.has('360/index.m3u8')], [false, true]);
  });

  it('[ME23] a hole ends the list; behind it waits what is made already', () => {
    const holed = all.map((unit) => (unit.wave === 0 && unit.chunk === 1 ? { ...unit, state: 'running' as const, segments: {} } : unit));
    const { files, whole } = playlistsOf(plan, holed, []);
    assert.equal(files.get('240/index.m3u8')?.match(/EXTINF/g)?.length, 2);
    assert.equal(whole, false);
  });

  it('is whole when all is done, with ends and measured bit rates', () => {
    const { files, whole, torn, growing } = playlistsOf(plan, all, []);
    assert.deepEqual([whole, torn, growing], [true, undefined, false]);
    for (const [name, text] of files) if (name !== MASTER) assert.match(text, /TYPE:VOD[\s\S]*ENDLIST/, name);
    assert.match(files.get(MASTER) ?? '', /AVERAGE-BANDWIDTH=/);
    assert.equal(bytesOf(all), all.flatMap(({ segments }) => Object.values(segments).flat()).length * 1000);
  });

  it('[ME26] tells a chunk that says it is done and cannot be', () => {
    const short = all.map((unit) => {
      if (unit.wave !== 0 || unit.chunk !== 0) return unit;
      return { ...unit, segments: { '240': (unit.segments['240'] ?? []).slice(0, 1) } };
    });
    const { torn, whole } = playlistsOf(plan, short, []);
    assert.deepEqual([torn, whole], [{ wave: 0, chunk: 0 }, false]);
  });

  it('[ME40] names what nothing came out of, once everything was read', () => {
    const without = (id: string, units = all) => units.map((unit) => ({ ...unit, segments: { ...unit.segments, [id]: [] } }));
    assert.deepEqual(playlistsOf(plan, all, []).missing, []);
    const { missing, whole, torn } = playlistsOf(plan, without('audio'), []);
    assert.deepEqual([missing, whole, torn], [['audio'], false, undefined]);
    assert.deepEqual(playlistsOf(plan, without('240'), []).missing, ['240']);
    const [first, ...others] = without('240');
    assert.deepEqual(playlistsOf(plan, [{ ...(first as (typeof all)[number]), state: 'running' }, ...others], []).missing, []);
  });
});

describe('progress', () => {
  const plan = planOf({ chunkSeconds: 8, pixelsPerSecond: 1 });

  it('[ME60] never falls, weighs the waves, and leaves the end to the end', () => {
    const units = unitsOf(plan).map((unit) => ({ ...unit, state: 'waiting' as const, seconds_made: 0 }));
    let state: ReturnType<typeof nextEstimate> | undefined;
    const percents: number[] = [];
    for (let done = 0; done <= units.length; done++) {
      const now = units.map((unit, at) => (at < done ? { ...unit, state: 'done' as const, seconds_made: unitSeconds(plan, unit) } : unit));
      state = nextEstimate(state, madeSoFar(plan, now).done, done * 2, plan.durationSeconds);
      percents.push(state.percent);
    }
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    );
    assert.ok((percents.at(-1) ?? 0) > 99 && (percents.at(-1) ?? 0) < 100);
    // A worker that died begins its chunk again.
    const again = nextEstimate(state, 0.2, 20, plan.durationSeconds);
    assert.equal(again.percent, state?.percent);
  });

  it('a pause is no pace', () => {
    let state = nextEstimate(undefined, 0, 0, 100);
    for (let second = 1; second <= 10; second++) state = nextEstimate(state, second / 100, second, 100);
    assert.ok(Math.abs((state.speed ?? 0) - 1) < 0.05);
    state = nextEstimate(state, 0.1, 500, 100);
    assert.equal(state.etaSeconds, undefined);
    for (let second = 501; second <= 510; second++) state = nextEstimate(state, 0.1 + (second - 500) / 100, second, 100);
    assert.ok(Math.abs((state.etaSeconds ?? 0) - 80) < 8, `${state.etaSeconds}`);
  });

  it('says of each rung how far it is', () => {
    const made = unitsOf(plan).map((unit) => ({
      ...unit,
      state: unit.wave === 0 ? ('done' as const) : ('waiting' as const),
      seconds_made: unit.wave === 0 ? 8 : 0,
    }));
    assert.deepEqual(madeSoFar(plan, made).rungs, [
      { id: '240', state: 'ready', percent: 100 },
      { id: '360', state: 'waiting', percent: 0 },
    ]);
  });
});
