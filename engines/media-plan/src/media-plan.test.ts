import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { planAudio } from './audio-renditions.ts';
import { chooseFrameRate } from './frame-rate.ts';
import { type PlanOptions, planMedia, type VideoPlan } from './media-plan.ts';
import { parseRational, rational, rationalText, toNumber } from './rational.ts';
import type { AudioTrack, SourceProbe, VideoTrack } from './source-probe.ts';

const track: VideoTrack = {
  index: 0,
  codec: 'h264',
  width: 1920,
  height: 1080,
  sampleAspect: rational(1),
  rotation: 0,
  averageRate: rational(30),
  baseRate: rational(30),
  pixelFormat: 'yuv420p',
  transfer: 'sdr',
  interlaced: false,
  endSeconds: 60,
};
const stereo: AudioTrack = { index: 1, codec: 'aac', channels: 2, sampleRate: 48_000, language: undefined, title: undefined };

function planOf(video: Partial<VideoTrack>, options: PlanOptions = {}): VideoPlan {
  const whole = { ...track, ...video };
  const probe: SourceProbe = { container: 'mp4', durationSeconds: whole.endSeconds, video: whole, audio: [stereo], subtitles: [] };
  const plan = planMedia(probe, options);
  assert.equal(plan.kind, 'video');
  return plan as VideoPlan;
}

const sizes = (plan: VideoPlan): readonly string[] => plan.rungs.map((rung) => `${rung.width}x${rung.height}`);
const rateOf = (average: string, base: string): string =>
  rationalText(chooseFrameRate(parseRational(average, '/'), parseRational(base, '/')).rate);

const anyTrack: fc.Arbitrary<VideoTrack> = fc
  .record({
    width: fc.oneof(fc.integer({ min: 1, max: 8192 }), fc.constantFrom(640, 1080, 1920, 3840)),
    height: fc.oneof(fc.integer({ min: 1, max: 8192 }), fc.constantFrom(360, 1920, 1080, 2160)),
    aspect: fc.constantFrom(rational(1), rational(16, 11), rational(4, 3), rational(1, 4), rational(4)),
    rotation: fc.constantFrom(0, 90, 180, 270) as fc.Arbitrary<VideoTrack['rotation']>,
    average: fc.option(fc.tuple(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 5005 })), { nil: undefined }),
    base: fc.option(fc.constantFrom(rational(24), rational(30_000, 1001), rational(60), rational(1000), rational(90_000), rational(1, 7)), {
      nil: undefined,
    }),
    endSeconds: fc.double({ min: 0.001, max: 43_200, noNaN: true }),
    transfer: fc.constantFrom('sdr', 'pq', 'hlg') as fc.Arbitrary<VideoTrack['transfer']>,
    interlaced: fc.boolean(),
  })
  .map(({ aspect, average, base, ...rest }) => ({
    ...track,
    ...rest,
    sampleAspect: aspect,
    averageRate: average && rational(...average),
    baseRate: base,
  }));

describe('the ladder', () => {
  it('[MP30][MP31] has the steps up to the source', () => {
    assert.deepEqual(sizes(planOf({})), ['426x240', '640x360', '854x480', '1280x720', '1920x1080']);
    assert.deepEqual(sizes(planOf({ width: 640, height: 360 })), ['426x240', '640x360']);
    assert.deepEqual(sizes(planOf({ width: 960, height: 540 })), ['426x240', '640x360', '960x540']);
    assert.deepEqual(sizes(planOf({ width: 1600, height: 900 })), ['426x240', '640x360', '854x480', '1280x720', '1600x900']);
    assert.deepEqual(sizes(planOf({ width: 1920, height: 1088 })).at(-1), '1906x1080');
    assert.deepEqual(sizes(planOf({ width: 66, height: 35 })), ['66x34']);
    assert.deepEqual(sizes(planOf({ width: 8192, height: 8192 })).at(-1), '2160x2160');
  });

  it('[MP7][MP30] turns and stretches first', () => {
    assert.deepEqual(sizes(planOf({ rotation: 90 })).at(-1), '1080x1920');
    assert.deepEqual(sizes(planOf({ width: 720, height: 576, sampleAspect: rational(16, 11) })), ['436x240', '654x360', '1046x576']);
  });

  it('[MP30][MP32][MP33][MP34][MP35] for every source', () => {
    fc.assert(
      fc.property(anyTrack, (video) => {
        const plan = planOf(video);
        const { display, rate } = plan.picture;
        assert.ok(plan.rungs.length > 0);
        for (const [place, rung] of plan.rungs.entries()) {
          assert.ok(rung.width <= display.width && rung.height <= display.height);
          assert.ok(rung.width % 2 === 0 && rung.height % 2 === 0 && Math.min(rung.width, rung.height) >= 2);
          const exact = (rung.width * display.height) / display.width;
          const exactWidth = (rung.height * display.width) / display.height;
          assert.ok(
            Math.abs(rung.height / exact - 1) <= 0.01 || Math.abs(rung.height - exact) <= 2 || Math.abs(rung.width - exactWidth) <= 2,
          );
          assert.ok(rung.level >= 30 && rung.level <= 52);
          assert.equal(rung.bufferKilobits, rung.maxKilobits * 2);
          const lower = plan.rungs[place - 1];
          if (lower !== undefined) {
            assert.ok(lower.maxKilobits < rung.maxKilobits && lower.level <= rung.level);
            assert.ok(lower.width < rung.width || lower.height < rung.height);
          }
        }
        assert.equal(new Set(plan.rungs.map((rung) => rung.id)).size, plan.rungs.length);
        assert.ok(toNumber(rate) >= 9.99 && toNumber(rate) <= 60);
      }),
      { numRuns: 600, seed: 4 },
    );
  });

  it('[MP35] states the caps, and more for more frames', () => {
    const caps = (fps: number): readonly number[] =>
      planOf({ width: 3840, height: 2160, averageRate: rational(fps), baseRate: rational(fps) }).rungs.map((rung) => rung.maxKilobits);
    assert.deepEqual(caps(30), [400, 800, 1400, 2800, 5000, 9000, 18_000]);
    assert.deepEqual(caps(60), [600, 1200, 2100, 4200, 7500, 13_500, 27_000]);
  });

  it('[MP36] names levels as the standard does', () => {
    const codecs = planOf({ width: 3840, height: 2160 }).rungs.map((rung) => rung.codecs);
    const [low, mid, high] = ['avc1.64001e', 'avc1.64001f', 'avc1.640033'];
    assert.deepEqual(codecs, [low, low, mid, mid, 'avc1.640028', 'avc1.640032', high]);
    const fast = planOf({ averageRate: rational(60), baseRate: rational(60) });
    assert.equal(fast.rungs.at(-1)?.codecs, 'avc1.64002a');
  });

  it('[MP37] flags what must be done to the picture', () => {
    const hard = planOf({ transfer: 'hlg', pixelFormat: 'yuv422p10le', interlaced: true, sampleAspect: rational(4, 3) }).picture;
    assert.deepEqual([hard.toneMap, hard.reduceTo8Bit420, hard.deinterlace, hard.anamorphic], ['hlg', true, true, true]);
    const easy = planOf({}).picture;
    assert.deepEqual([easy.toneMap, easy.reduceTo8Bit420, easy.deinterlace, easy.anamorphic], [undefined, false, false, false]);
  });
});

describe('the frame rate', () => {
  it('[MP20][MP21] is kept where it is even', () => {
    assert.equal(rateOf('30000/1001', '30000/1001'), '30000/1001');
    assert.equal(rateOf('24000/1001', '24000/1001'), '24000/1001');
    assert.equal(rateOf('25/1', '25/1'), '25');
    assert.equal(rateOf('15/1', '15/1'), '15');
    assert.equal(rateOf('120000/1001', '120000/1001'), '60000/1001');
    assert.equal(rateOf('240/1', '240/1'), '60');
    assert.equal(rateOf('1/1', '1/1'), '10');
    assert.equal(rateOf('30/1', '1000/1'), '30');
  });

  it('[MP22] counts frames, not fields', () => assert.equal(rateOf('25/1', '50/1'), '25'));

  it('[MP23] is evened where it is not', () => {
    assert.equal(rateOf('2917/100', '30/1'), '30');
    assert.equal(rateOf('23/1', '25/1'), '25');
    assert.equal(rateOf('13/1', '60/1'), '30');
    assert.equal(rateOf('4417/100', '90000/1'), '60');
    assert.equal(rateOf('0/0', '0/0'), '30');
    assert.ok(chooseFrameRate(rational(29), rational(30)).evened);
  });

  it('[MP24] makes groups and segments of whole frames', () => {
    const ntsc = planOf({ averageRate: rational(30_000, 1001), baseRate: rational(30_000, 1001) });
    assert.deepEqual([ntsc.picture.gopFrames, ntsc.picture.segmentFrames], [60, 120]);
    assert.equal(toNumber(ntsc.segmentSeconds), 4.004);
    fc.assert(
      fc.property(anyTrack, (video) => {
        const { segmentSeconds, picture } = planOf(video);
        assert.ok([4, 4.004].includes(toNumber(segmentSeconds)));
        assert.equal(picture.segmentFrames, picture.gopFrames * 2);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});

describe('chunks and waves', () => {
  it('[MP60][MP61][MP62] cut every film at segments, without gap', () => {
    fc.assert(
      fc.property(anyTrack, fc.integer({ min: 4, max: 900 }), (video, chunkSeconds) => {
        const { chunks, picture } = planOf(video, { chunkSeconds });
        assert.equal(
          chunks.reduce((sum, chunk) => sum + chunk.endFrame - chunk.startFrame, 0),
          picture.frames,
        );
        let [frame, segment] = [0, 0];
        for (const [index, chunk] of chunks.entries()) {
          assert.deepEqual([chunk.index, chunk.startFrame, chunk.firstSegment], [index, frame, segment]);
          assert.equal(chunk.startFrame, chunk.firstSegment * picture.segmentFrames);
          assert.ok(chunk.endFrame > chunk.startFrame);
          assert.equal(chunk.isLast, index === chunks.length - 1);
          frame = chunk.endFrame;
          segment += chunk.segments;
        }
        assert.equal(segment, Math.ceil(picture.frames / picture.segmentFrames));
      }),
      { numRuns: 300, seed: 6 },
    );
    assert.deepEqual(
      planOf({ endSeconds: 660 }).chunks.map((chunk) => chunk.segments),
      [75, 90],
    );
  });

  it('[MP70][MP71][MP72] make first what the machine keeps up with', () => {
    assert.deepEqual(planOf({}).waves, [['240', '360', '480', '720', '1080']]);
    const big = { width: 3840, height: 2160 };
    assert.deepEqual(planOf(big).waves, [
      ['240', '360', '480', '720'],
      ['1080', '1440', '2160'],
    ]);
    assert.deepEqual(planOf(big, { pixelsPerSecond: 1 }).waves[0], ['240']);
    assert.equal(planOf(big, { pixelsPerSecond: 1e10 }).waves.length, 1);
    fc.assert(
      fc.property(anyTrack, fc.integer({ min: 1, max: 1e9 }), (video, pixelsPerSecond) => {
        const plan = planOf(video, { pixelsPerSecond });
        assert.deepEqual(
          plan.waves.flat(),
          plan.rungs.map((rung) => rung.id),
        );
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});

describe('sound', () => {
  it('[MP50][MP51] keeps mono and stereo and each language once', () => {
    const tracks = [
      { ...stereo, channels: 6, language: 'ko' },
      { ...stereo, index: 2, language: 'ko', title: 'Commentary' },
      { ...stereo, index: 3, channels: 1, language: 'en' },
      { ...stereo, index: 4 },
    ];
    const made = planAudio(tracks, { alone: false, atMost: 4 });
    assert.deepEqual(
      made.map(({ id, sourceIndex, channels, downmixed, isDefault }) => [id, sourceIndex, channels, downmixed, isDefault]),
      [
        ['audio', 1, 2, true, true],
        ['audio-2', 3, 1, false, false],
      ],
    );
  });

  it('[MP50][MP52] may be all there is, or none', () => {
    const probe: SourceProbe = { container: 'mp3', durationSeconds: 9, video: undefined, audio: [stereo], subtitles: [] };
    const plan = planMedia(probe);
    assert.equal(plan.kind, 'audio');
    assert.deepEqual(
      plan.audio.map((sound) => sound.kilobits),
      [160],
    );
    assert.deepEqual(planMedia({ ...probe, video: track, audio: [] }).audio, []);
  });
});
