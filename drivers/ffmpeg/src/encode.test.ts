import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EncodePicture } from '@madang/kernel';
import {
  encode,
  film,
  framesOf,
  graysOf,
  hashOf,
  mediaToolsMissing,
  NTSC,
  openStudio,
  picture,
  rung,
  type Studio,
  samplesOf,
  stereo,
  streamOf,
  THREE_RUNGS,
  tone,
  X264,
} from './samples.testing.ts';

const near = (actual: number | undefined, expected: number, within: number, about: string): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= within, `${about}: ${actual} instead of ${expected}`);

const differs = (one: Buffer | undefined, other: Buffer | undefined): number => {
  if (one === undefined || other === undefined) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const [index, pixel] of one.entries()) sum += Math.abs(pixel - (other[index] ?? 0));
  return sum / one.length;
};

describe('encoding', { skip: await mediaToolsMissing() }, () => {
  let studio: Studio;
  before(async () => {
    studio = await openStudio();
  });
  after(() => studio.close());

  it('begins every rendition at zero, which is the least a segment can tell, and leaves sound where it is', async () => {
    const clicks = "-f lavfi -i aevalsrc='0.5*sin(6283*t)*lt(mod(t,1),0.1)':s=48000:d=3";
    const source = await studio.source('clicks.mp4', `${film(3)} ${clicks} ${X264} -c:a aac`);
    const encoded = await encode(studio, { source, picture: picture(), sounds: [stereo(1)] });
    for (const { path: file, rendition } of encoded.segments) {
      const bytes = await readFile(file);
      assert.equal(bytes.readBigUInt64BE(bytes.indexOf('tfdt') + 8), 0n, rendition);
    }
    const samples = await samplesOf(await encoded.join('audio'));
    for (const second of [1, 2]) {
      const onset = samples.findIndex((sample, place) => place > second * 8_000 - 400 && Math.abs(sample) > 3_000);
      near(onset / 8_000, second, 0.002, 'a click');
    }
  });

  it('makes a film of a moment, whatever is left of its sound', async () => {
    const source = await studio.source('moment.mkv', '-f lavfi -i sine=f=440:r=48000:d=0.01 -c:a pcm_s16le');
    const { segments } = await encode(studio, { source, sounds: [stereo(0)] });
    assert.equal(segments.length, 1);
  });

  it('makes a ladder in one pass: rungs aligned, whole, as asked for, the sound beside them', async () => {
    const source = await studio.source('plain.mp4', `${film(6)} ${tone(6)} ${X264} -c:a aac -metadata title=secret`);
    const reports: number[] = [];
    const encoded = await encode(studio, {
      source,
      picture: picture(),
      sounds: [stereo(1)],
      onProgress: ({ seconds }) => reports.push(seconds),
    });
    assert.ok(reports.every((seconds) => seconds > 0 && seconds <= 6));
    for (const { id, width, height } of THREE_RUNGS) {
      const own = encoded.segments.filter((segment) => segment.rendition === id);
      assert.deepEqual(
        own.map(({ index, seconds, path: at }) => [index, seconds, path.relative(encoded.folder, at)]),
        [
          [0, 4, `${id}/s00000.m4s`],
          [1, 2, `${id}/s00001.m4s`],
        ],
      );
      const joined = await encoded.join(id);
      const frames = await framesOf(joined);
      assert.equal(frames.length, 180);
      frames.forEach(({ at, key }, frame) => {
        near(at, frame / 30, 1e-4, `frame ${frame} of ${id}`);
        assert.equal(key, frame % 60 === 0, `key frame ${frame} of ${id}`);
      });
      const stream = await streamOf(joined);
      assert.deepEqual(
        [stream.width, stream.height, stream.codec_name, stream.profile, stream.pix_fmt, stream.level],
        [width, height, 'h264', 'High', 'yuv420p', 31],
      );
      assert.equal(stream.sample_aspect_ratio, '1:1');
    }
    const sound = await streamOf(await encoded.join('audio'));
    assert.deepEqual([sound.codec_name, sound.profile, sound.channels, sound.sample_rate], ['aac', 'LC', 2, '48000']);
    assert.ok(!(await readFile(encoded.segments[0]?.initPath ?? '')).includes('secret'));
  });

  const seams: readonly { name: string; file: string; args: string; picture?: Partial<EncodePicture> }[] = [
    { name: '30 frames a second with B-frames and edit lists', file: 'seam.mp4', args: `${film(10)} ${X264} -g 90` },
    { name: '30000/1001', file: 'ntsc.mp4', args: `${film(10, { rate: '30000/1001' })} ${X264} -g 250`, picture: NTSC },
    {
      name: 'uneven frames',
      file: 'vfr.mp4',
      args: `${film(10)} -vf select='not(mod(n,7))+gt(mod(n,50),20)' -fps_mode vfr ${X264} -g 250`,
    },
    {
      name: 'one picture for six seconds',
      file: 'still.mkv',
      args: `${film(10)} -vf select='lt(t,1)+gt(t,7)' -fps_mode vfr ${X264} -g 250`,
    },
    { name: 'a clock that does not begin at 0, without an index', file: 'seam.ts', args: `${film(10)} ${tone(10)} ${X264} -g 90 -c:a aac` },
  ];
  for (const { name, file, args, picture: over } of seams)
    it(`cuts chunks to the frame: ${name}`, async () => {
      const source = await studio.source(file, args);
      const rungs = [rung('180', 320, 180), rung('90', 160, 90)];
      const whole = await encode(studio, { source, picture: picture({ ...over, rungs }) });
      const first = await encode(studio, { source, picture: picture({ ...over, rungs, endFrame: 120 }) });
      const second = await encode(studio, {
        source,
        picture: picture({ ...over, rungs, startFrame: 120, endFrame: 240, firstSegment: 1 }),
      });
      const third = await encode(studio, { source, picture: picture({ ...over, rungs, startFrame: 240, firstSegment: 2 }) });
      const later = [...second.segments, ...third.segments];
      for (const { id } of rungs) {
        const [single, joined] = [await whole.join(id), await first.join(id, later)];
        const frames = await framesOf(single);
        assert.deepEqual(await framesOf(joined), frames);
        assert.equal(frames.length, 300);
        const shape = (segments: readonly { rendition: string; index: number; seconds: number }[]) =>
          segments.filter((segment) => segment.rendition === id).map(({ index, seconds }) => [index, Math.round(seconds * 1e4)]);
        assert.deepEqual(shape([...first.segments, ...later]), shape(whole.segments));
        const [one, other] = [await graysOf(single), await graysOf(joined)];
        other.forEach((shown, frame) => {
          const own = differs(shown, one[frame]);
          const neighbours = Math.min(differs(shown, one[frame - 1]), differs(shown, one[frame + 1]));
          assert.ok(own <= neighbours + 0.5 && own < 6, `frame ${frame} of ${id} shows another: ${own}, ${neighbours}`);
        });
        const inits = [whole, first, second, third].map(({ folder }) => hashOf(path.join(folder, id, 'init.mp4')));
        assert.equal(new Set(await Promise.all(inits)).size, 1, 'one initialization segment serves all chunks');
      }
    });

  it('makes nothing, and says so without failing, of a chunk behind the end', async () => {
    const source = await studio.source('seam.mp4', `${film(10)} ${X264} -g 90`);
    const encoded = await encode(studio, { source, picture: picture({ startFrame: 1200, firstSegment: 10 }) });
    assert.deepEqual(encoded.segments, []);
  });

  it('keeps sound and picture together, with the gaps of either', async () => {
    // A click a second, at its beginning, from 2.5 s on; the picture turns from black to white at 3 s.
    const source = await studio.source(
      'late.mkv',
      "-f lavfi -i color=black:s=320x180:r=30:d=6 -f lavfi -i aevalsrc='0.9*lt(mod(t,1),0.01)*sin(6283*t)':d=3.5:s=48000 " +
        `-filter_complex [0]drawbox=c=white:t=fill:enable='gte(t,3)'[v];[1]asetpts=PTS+2.5/TB[a] -map [v] -map [a] ${X264} -c:a pcm_s16le`,
    );
    const encoded = await encode(studio, { source, picture: picture({ rungs: [rung('180', 320, 180)] }), sounds: [stereo(1)] });
    const grays = await graysOf(await encoded.join('180'));
    assert.equal(
      grays.findIndex((gray) => (gray[0] ?? 0) > 128),
      90,
    );
    const samples = await samplesOf(await encoded.join('audio'));
    const clicks = [...samples.keys()].filter((index) => Math.abs(samples[index] ?? 0) > 8_000).map((index) => index / 8_000);
    near(clicks[0], 2.5, 0.03, 'the first click');
    assert.ok(clicks.every((at) => at >= 2.48 && (at - 2.5 + 0.03) % 1 < 0.08));
  });

  const zoo: readonly { name: string; file: string; args: string; size?: [number, number]; channels?: 1 | 2; toneMap?: 'pq' }[] = [
    { name: 'portrait', file: 'portrait.mp4', args: `${film(2, { size: '180x320' })} ${X264}`, size: [180, 320] },
    { name: '10 bits, 4:2:2', file: 'deep.mkv', args: `${film(2)} -c:v ffv1 -pix_fmt yuv422p10` },
    { name: 'RGB', file: 'rgb.mkv', args: `${film(2)} -c:v ffv1 -pix_fmt bgr0` },
    { name: 'full range', file: 'full.mkv', args: `${film(2)} -c:v mjpeg -q:v 3 -pix_fmt yuvj420p` },
    { name: 'interlaced', file: 'fields.ts', args: `${film(2)} -c:v mpeg2video -flags +ilme+ildct -top 1` },
    {
      name: 'HDR',
      file: 'hdr.mkv',
      args: `${film(2)} -c:v ffv1 -pix_fmt yuv420p10 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc`,
      toneMap: 'pq',
    },
    { name: 'anamorphic', file: 'wide.mp4', args: `${film(2, { size: '240x180' })} -aspect 16:9 ${X264}` },
    { name: 'mono', file: 'mono.mp4', args: `${film(2)} ${tone(2)} ${X264} -ac 1`, channels: 1 },
    { name: '5.1', file: 'five.mkv', args: `${film(2)} ${tone(2)} ${X264} -c:a ac3 -ac 6`, channels: 2 },
  ];
  for (const { name, file, args, size: [width, height] = [320, 180], channels, toneMap } of zoo)
    it(`reads ${name}`, async () => {
      const source = await studio.source(file, args);
      const rungs = [rung('big', width, height), rung('small', width / 2, height / 2)];
      const sounds = channels === undefined ? [] : [{ ...stereo(1), channels }];
      const encoded = await encode(studio, { source, picture: picture({ rungs, toneMap, deinterlace: name === 'interlaced' }), sounds });
      for (const { id, ...size } of rungs) {
        const joined = await encoded.join(id);
        const stream = await streamOf(joined);
        assert.deepEqual([stream.width, stream.height, stream.pix_fmt], [size.width, size.height, 'yuv420p']);
        near((await framesOf(joined)).length, 60, 1, 'frames');
        if (toneMap !== undefined) assert.equal(stream.color_space, 'bt709');
      }
      if (channels !== undefined) assert.equal((await streamOf(await encoded.join('audio'))).channels, channels);
    });

  it('turns what a phone marked as turned', async () => {
    const upright = await studio.source('plain.mp4', `${film(6)} ${tone(6)} ${X264} -c:a aac -metadata title=secret`);
    const source = await studio.source('turned.mp4', `-display_rotation 90 -i ${upright} -t 2 -c copy`).catch(() =>
      // Before ffmpeg 6 rotation is written as a tag.
      studio.source('turned.mov', `-i ${upright} -t 2 -c copy -metadata:s:v rotate=90`),
    );
    const encoded = await encode(studio, { source, picture: picture({ rungs: [rung('turned', 180, 320)] }) });
    const [gray] = await graysOf(await encoded.join('turned'));
    const [straight] = await graysOf(upright);
    assert.ok(differs(gray, straight) > 20, 'it is turned, not squeezed');
  });

  it('makes sound alone, in segments of 4 s', async () => {
    const source = await studio.source('alone.mp3', `${tone(9)} -ac 2`);
    const encoded = await encode(studio, { source, sounds: [stereo(0)] });
    assert.deepEqual(
      encoded.segments.map(({ index }) => index),
      [0, 1, 2],
    );
    near(
      encoded.segments.reduce((sum, { seconds }) => sum + seconds, 0),
      9,
      0.1,
      'seconds',
    );
    near((await samplesOf(await encoded.join('audio'))).length / 8_000, 9, 0.1, 'sound');
  });
});
