import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type EncodePicture, type FilmStill, silentLogger } from '@madang/kernel';
import { createMediaTools } from './media-tools.ts';
import { jpegSize } from './picture-measures.ts';
import { encode, film, mediaToolsMissing, openStudio, picture, rung, type Studio, streamOf, tone, X264 } from './samples.testing.ts';

describe('looking at films', { skip: await mediaToolsMissing() }, () => {
  const tools = createMediaTools({ logger: silentLogger });
  let studio: Studio;
  before(async () => {
    studio = await openStudio();
  });
  after(async () => {
    await tools.close();
    await studio.close();
  });

  it('measures a length that the container does not tell', async () => {
    const source = await studio.source('piped.webm', `${film(3)} ${tone(3)} -c:v libvpx -deadline realtime -c:a libopus -live 1`);
    const { format } = (await tools.probe(source)) as { format: { duration?: string } };
    assert.equal(format.duration, undefined);
    const seconds = await tools.measureSeconds(source);
    assert.ok(Math.abs(seconds - 3) < 0.1, `${seconds}`);
  });

  it('takes pictures near the times, and tells bright from dark, sharp from flat, still from cut', async () => {
    const source = await studio.source(
      'scenes.mp4',
      '-f lavfi -i color=black:s=640x360:r=30:d=2 -f lavfi -i testsrc2=s=640x360:r=30:d=2 -f lavfi -i color=white:s=640x360:r=30:d=2 ' +
        `-filter_complex [0][1][2]concat=n=3 ${X264} -g 300`,
    );
    const folder = await studio.folder();
    const wish = { sourceIndex: 0, longSide: 320, folder };
    const frames = await tools.frames(source, { ...wish, atSeconds: [1, 1.96, 3, 5, 7] });
    assert.equal(frames.length, 4, 'nothing past the end');
    const [dark, cut, busy, bright] = frames;
    assert.ok(dark && cut && busy && bright);
    for (const [frame, at] of [
      [dark, 1],
      [cut, 1.96],
      [busy, 3],
      [bright, 5],
    ] as const) {
      assert.ok(Math.abs(frame.atSeconds - at) < 0.5, `${frame.atSeconds} for ${at}`);
      assert.deepEqual(jpegSize(await readFile(frame.path)), { width: 320, height: 180 });
      assert.deepEqual([frame.width, frame.height], [320, 180]);
    }
    assert.ok(dark.luminance < 0.1 && bright.luminance > 0.9 && dark.contrast < 0.05);
    assert.ok(busy.contrast > 0.2 && busy.sharpness > 100 * Math.max(1, dark.sharpness));
    assert.ok(busy.sceneChange < 0.1 && cut.sceneChange > 0.2, `${busy.sceneChange} ${cut.sceneChange}`);
    assert.equal(new Set(frames.map(({ path: file }) => file)).size, 4);
    assert.deepEqual((await readdir(folder)).sort(), frames.map(({ path: file }) => path.basename(file)).sort());
  });

  it('takes the very frames asked for while it encodes, in every chunk, and none past the end', async () => {
    const source = await studio.source(
      'stills.mp4',
      '-f lavfi -i color=black:s=640x360:r=30:d=2 -f lavfi -i testsrc2=s=640x360:r=30:d=3 -f lavfi -i color=white:s=640x360:r=30:d=1 ' +
        `-filter_complex [0][1][2]concat=n=3 ${X264} -g 300`,
    );
    const stills: FilmStill[] = [];
    const take = async (part: Partial<EncodePicture>, frames: readonly number[]) => {
      const onStill = async (still: FilmStill): Promise<void> => void stills.push(still);
      return encode(studio, {
        source,
        picture: picture({ rungs: [rung('180', 320, 180)], ...part }),
        stills: { frames, longSide: 320, onStill },
      });
    };
    const { segments } = await take({ startFrame: 0, endFrame: 120 }, [30, 59, 60, 119]);
    assert.equal(segments.length, 1);
    await take({ startFrame: 120, firstSegment: 1 }, [165, 179, 900]);
    await take({ startFrame: 120, firstSegment: 1 }, [900]);
    assert.deepEqual(
      stills.map(({ frame, atSeconds }) => [frame, atSeconds]),
      [30, 59, 60, 119, 165, 179].map((frame) => [frame, frame / 30]),
    );
    const [dark, cut, busy, edge, bright, last] = stills;
    assert.ok(dark && cut && busy && edge && bright && last);
    assert.ok(dark.luminance < 0.1 && bright.luminance > 0.9 && dark.contrast < 0.05);
    assert.ok(busy.contrast > 0.2 && busy.sharpness > 100 * Math.max(1, dark.sharpness));
    assert.ok(busy.sceneChange < 0.1 && cut.sceneChange > 0.2, `${busy.sceneChange} ${cut.sceneChange}`);
    assert.deepEqual([edge.sceneChange, last.sceneChange], [0, 0], 'nothing comes after the last frame that is made');
    for (const still of stills) assert.deepEqual(jpegSize(await readFile(still.path)), { width: 320, height: 180 });
  });

  it('takes them of a stream without an index, whose key frames lie far before', async () => {
    const source = await studio.source('stream.ts', `${film(4, { rate: '10' })} ${X264} -g 300`);
    const wish = { sourceIndex: 0, longSide: 320, folder: await studio.folder() };
    const frames = await tools.frames(source, { ...wish, atSeconds: [0, 1, 3.5] });
    assert.deepEqual(
      frames.map(({ atSeconds }) => Math.round(atSeconds * 10) / 10),
      [0, 1, 3.5],
    );
  });

  it('takes them upright, in square pixels, never enlarged', async () => {
    const source = await studio.source('wide.mp4', `${film(1, { size: '240x180' })} -aspect 16:9 ${X264}`);
    const [frame] = await tools.frames(source, { sourceIndex: 0, atSeconds: [0], longSide: 1280, folder: await studio.folder() });
    assert.deepEqual([frame?.width, frame?.height], [320, 180]);
    const portrait = await studio.source('portrait.mp4', `${film(1, { size: '180x320' })} ${X264}`);
    const [tall] = await tools.frames(portrait, { sourceIndex: 0, atSeconds: [0.5], longSide: 160, folder: await studio.folder() });
    assert.deepEqual([tall?.width, tall?.height], [90, 160]);
  });

  it('lays key frames out in sheets', async () => {
    const source = await studio.source('board.mp4', `${film(14)} ${X264}`);
    const { segments } = await encode(studio, { source, picture: picture({ rungs: [rung('180', 320, 180)] }) });
    const parts = [segments[0]?.initPath ?? '', ...segments.map((segment) => segment.path)];
    const board = { tile: { width: 160, height: 90 }, columns: 2, rows: 2 };
    const all = await tools.storyboard(parts, { ...board, everyKeyFrames: 1, folder: await studio.folder() });
    assert.deepEqual([all.tiles, all.sheets.length], [7, 2]);
    for (const sheet of all.sheets) assert.deepEqual(jpegSize(await readFile(sheet)), { width: 320, height: 180 });
    const some = await tools.storyboard(parts, { ...board, everyKeyFrames: 2, folder: await studio.folder() });
    assert.deepEqual([some.tiles, some.sheets.length], [4, 1]);
  });

  it('draws how loud it is, where it is', async () => {
    const source = await studio.source('loud.mkv', "-f lavfi -i aevalsrc='sin(2764*t)*(0.1+0.8*gte(t,2))*lt(t,3)':d=4:s=44100 -c:a flac");
    const peaks = await tools.waveform(source, { sourceIndex: 0, seconds: 4, points: 8 });
    assert.equal(peaks.length, 8);
    const near = (place: number, value: number) => assert.ok(Math.abs((peaks[place] ?? -1) - value) < 12, `${peaks}`);
    near(1, 25);
    near(5, 230);
    near(7, 0);
  });

  it('makes WebVTT of a text track', async () => {
    const text = path.join(await studio.folder(), 'text.srt');
    await writeFile(text, '1\n00:00:00,500 --> 00:00:01,500\n안녕하세요 <i>film</i>\n\n2\n00:00:01,600 --> 00:00:02,000\nEnd\n');
    const source = await studio.source('spoken.mkv', `${film(2)} -i ${text} ${X264} -c:s srt`);
    const vtt = await tools.subtitles(source, { sourceIndex: 1 });
    assert.match(vtt, /^WEBVTT\n/);
    assert.match(vtt, /00:00\.500 --> 00:01\.500\n안녕하세요 <i>film<\/i>/);
    await assert.rejects(tools.subtitles(source, { sourceIndex: 0 }), { name: 'MediaToolFailure', reason: 'unreadable' });
    assert.equal((await streamOf(source)).codec_name, 'h264');
  });
});
