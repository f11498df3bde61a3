import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Chunk } from './chunks.ts';
import { joinChunks, type MadeChunk } from './join-chunks.ts';
import { type MadeRenditions, masterPlaylist, measureBitRates } from './master-playlist.ts';
import { planMedia } from './media-plan.ts';
import { mediaPlaylist, parseMediaPlaylist, type Segment } from './media-playlist.ts';
import { rational } from './rational.ts';
import type { SourceProbe } from './source-probe.ts';

const probe: SourceProbe = {
  container: 'mp4',
  durationSeconds: 900,
  video: {
    index: 0,
    codec: 'h264',
    width: 1280,
    height: 720,
    sampleAspect: rational(1),
    rotation: 0,
    averageRate: rational(30_000, 1001),
    baseRate: rational(30_000, 1001),
    pixelFormat: 'yuv420p',
    transfer: 'sdr',
    interlaced: false,
    endSeconds: 900,
  },
  audio: [{ index: 1, codec: 'aac', channels: 2, sampleRate: 48_000, language: 'ko', title: 'x",DEFAULT=NO' }],
  subtitles: [],
};
const plan = planMedia(probe);
const madeOf = (ids: readonly string[], bitRates?: { peak: number; average: number }): MadeRenditions => ({
  rungs: ids.map((id) => ({ id, uri: `${id}/index.m3u8`, bitRates })),
  audio: [{ id: 'audio', uri: 'audio/index.m3u8', bitRates: bitRates && { peak: 140_000, average: 129_000 } }],
});
const variants = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('#EXT-X-STREAM-INF'));
const numberIn = (line: string | undefined, name: string): number => Number(new RegExp(`[:,]${name}=(\\d+)`).exec(line ?? '')?.[1]);

const anySegments = fc.array(
  fc.record({
    uri: fc.stringMatching(/^[a-z0-9][a-z0-9./_-]{0,20}$/),
    seconds: fc.integer({ min: 1, max: 12_000_000 }).map((microseconds) => microseconds / 1e6),
    init: fc.constantFrom('init-0.mp4', 'init-300.mp4'),
  }),
  { maxLength: 30 },
);
const segment = (number: number): Segment => ({ uri: `s${number}.m4s`, seconds: 4.004, init: 'init.mp4' });

describe('the master playlist', () => {
  it('[MP80][MP82][MP83][MP84] says what is made', () => {
    const lines = masterPlaylist(plan, madeOf(['240', '360', '480', '720'], { peak: 1_000_000, average: 700_000 })).split('\n');
    assert.deepEqual(lines.slice(4, 8), [
      '#EXT-X-STREAM-INF:BANDWIDTH=1140000,AVERAGE-BANDWIDTH=829000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="audio",CLOSED-CAPTIONS=NONE',
      '480/index.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=1140000,AVERAGE-BANDWIDTH=829000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=426x240,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="audio",CLOSED-CAPTIONS=NONE',
      '240/index.m3u8',
    ]);
    assert.equal(variants(masterPlaylist(plan, madeOf(['240']))).length, 1);
    const silent = masterPlaylist(plan, { ...madeOf(['240']), audio: [] });
    assert.ok(!silent.includes('AUDIO') && !silent.includes('mp4a'));
    const titled = masterPlaylist(plan, {
      ...madeOf(['240']),
      subtitles: [{ uri: 'ko.m3u8', name: '한국어', language: 'ko', isDefault: true, forced: false }],
    });
    assert.match(titled, /TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="한국어",LANGUAGE="ko"/);
    assert.match(variants(titled)[0] ?? '', /SUBTITLES="subtitles"/);
  });

  it('[MP81][MP82] bounds what it has not measured', () => {
    const growing = variants(masterPlaylist(plan, madeOf(['720'])))[0];
    assert.ok(numberIn(growing, 'BANDWIDTH') > 2_800_000 * 1.4 && numberIn(growing, 'BANDWIDTH') < 2_800_000 * 1.6);
    assert.ok(!growing?.includes('AVERAGE'));
  });

  it('[MP81] measures the worst stretch', () => {
    const segments = [
      { bytes: 1_000_000, seconds: 4 },
      { bytes: 3_000_000, seconds: 4 },
      { bytes: 500_000, seconds: 0.5 },
    ];
    // The half second alone would be 8 Mbit/s; it counts with its neighbour.
    assert.deepEqual(measureBitRates(segments, 4), { peak: Math.ceil(28_000_000 / 4.5), average: Math.ceil(36_000_000 / 8.5) });
    assert.equal(measureBitRates([], 4), undefined);
    const some = fc.array(fc.record({ bytes: fc.nat(1e7), seconds: fc.double({ min: 2, max: 6, noNaN: true }) }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(some, (all) => {
        const rates = measureBitRates(all, 4);
        assert.ok(rates !== undefined && rates.peak >= rates.average);
        for (const one of all) assert.ok(rates.peak >= (one.bytes * 8) / one.seconds);
      }),
      { seed: 9 },
    );
  });

  it('[MP87] is not broken by a title', () => {
    const sound = masterPlaylist(plan, madeOf(['240'])).split('\n')[3];
    assert.match(sound ?? '', /NAME="x ,DEFAULT=NO",LANGUAGE="ko",DEFAULT=YES/);
  });

  it('[MP80] of sound alone has one variant', () => {
    const audio = planMedia({ ...probe, video: undefined });
    const text = masterPlaylist(audio, madeOf([], { peak: 1, average: 1 }));
    assert.match(text, /#EXT-X-STREAM-INF:BANDWIDTH=140000,AVERAGE-BANDWIDTH=129000,CODECS="mp4a.40.2"\naudio\/index.m3u8\n$/);
  });
});

describe('a media playlist', () => {
  it('[MP85] is an event until it has ended', () => {
    const growing = mediaPlaylist([segment(0)], { ended: false });
    assert.match(growing, /TARGETDURATION:4\n[\s\S]*PLAYLIST-TYPE:EVENT/);
    const whole = mediaPlaylist([segment(0), segment(1)], { ended: true });
    assert.match(whole, /PLAYLIST-TYPE:VOD[\s\S]*s0.m4s\n#EXTINF:4.004000,\ns1.m4s\n#EXT-X-ENDLIST\n$/);
    assert.match(mediaPlaylist([], { ended: false }), /TARGETDURATION:4\n/);
    assert.throws(() => mediaPlaylist([{ ...segment(0), uri: 'a\n#EXT-X-ENDLIST' }], { ended: false }), RangeError);
  });

  it('[MP86] comes back as it was', () => {
    fc.assert(
      fc.property(anySegments, fc.boolean(), (segments, ended) => {
        const parsed = parseMediaPlaylist(mediaPlaylist(segments, { ended }));
        assert.deepEqual(
          parsed?.segments,
          segments.map((one) => ({ ...one })),
        );
        assert.equal(parsed?.ended, ended);
        for (const one of segments) assert.ok(Math.round(one.seconds) <= (parsed?.targetSeconds ?? 0));
      }),
      { seed: 10 },
    );
  });

  it('[MP86] torn anywhere gives its first whole segments', () => {
    const segments = [segment(0), segment(1), segment(2)];
    const text = mediaPlaylist(segments, { ended: true });
    for (let length = 0; length < text.length; length += 1) {
      const parsed = parseMediaPlaylist(text.slice(0, length));
      if (parsed === undefined) assert.ok(length <= '#EXTM3U'.length);
      else {
        assert.deepEqual(parsed.segments, segments.slice(0, parsed.segments.length));
        assert.equal(parsed.ended, false);
      }
    }
  });

  it('[MP86] takes nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseMediaPlaylist(text);
        assert.doesNotThrow(() => parseMediaPlaylist(`#EXTM3U\n${text}\n`));
      }),
      { seed: 11 },
    );
    const master = masterPlaylist(plan, madeOf(['240']));
    assert.equal(parseMediaPlaylist(master), undefined);
    assert.equal(parseMediaPlaylist('#EXTM3U\n#EXTINF:4,\nwithout-init.m4s\n'), undefined);
    assert.equal(parseMediaPlaylist('#EXTM3U\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:nan,\na.m4s\n'), undefined);
  });
});

describe('joinChunks', () => {
  const chunks: readonly Chunk[] = plan.kind === 'video' ? plan.chunks : [];
  const made = (chunk: Chunk | undefined, done: boolean, count = chunk?.segments ?? 0): [number, MadeChunk] => [
    chunk?.index ?? 0,
    { done, segments: Array.from({ length: count }, (_, place) => segment((chunk?.firstSegment ?? 0) + place)) },
  ];
  const uris = (parts: readonly [number, MadeChunk][]): readonly [number, boolean, number | undefined] => {
    const joined = joinChunks(chunks, new Map(parts));
    assert.deepEqual(
      joined.segments.map((one) => one.uri),
      joined.segments.map((_, place) => `s${place}.m4s`),
    );
    return [joined.segments.length, joined.ended, joined.torn];
  };
  const [first, second, third] = chunks;

  it('[MP64][MP66] goes up to the first hole', () => {
    assert.deepEqual(
      chunks.map((chunk) => chunk.segments),
      [75, 75, 75],
    );
    assert.deepEqual(uris([]), [0, false, undefined]);
    assert.deepEqual(uris([made(second, true), made(third, true)]), [0, false, undefined]);
    assert.deepEqual(uris([made(first, false, 3), made(second, true)]), [3, false, undefined]);
    assert.deepEqual(uris([made(first, true), made(second, false, 2)]), [77, false, undefined]);
    assert.deepEqual(uris([made(first, true), made(second, true), made(third, true)]), [225, true, undefined]);
    assert.deepEqual(uris([made(first, true), made(second, true), made(third, true, 76)]), [226, true, undefined]);
  });

  it('[MP65] knows a torn chunk from a source that ended early', () => {
    assert.deepEqual(uris([made(first, true), made(second, true, 70), made(third, true)]), [75, false, 1]);
    assert.deepEqual(uris([made(first, true), made(second, true, 80)]), [75, false, 1]);
    assert.deepEqual(uris([made(first, true), made(second, true, 70)]), [145, false, undefined]);
    assert.deepEqual(uris([made(first, true), made(second, true, 70), made(third, true, 0)]), [145, true, undefined]);
  });
});
