import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createMediaTools } from '@madang/ffmpeg';
import { type Closable, type MediaTools, silentLogger } from '@madang/kernel';
import { parseMediaPlaylist } from '@madang/media-plan';
import { AssetTestbed } from './asset-testbed.ts';

const run = promisify(execFile);
const ffmpeg = (...args: string[]) => run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args]);

describe('assets, with ffmpeg', () => {
  let folder: string;
  let tools: MediaTools & Closable;
  let t: AssetTestbed;
  /** 10 s, 25 frames a second, 426×240 with a tone and subtitles. */
  let film: Buffer;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-films-'));
    tools = createMediaTools({ logger: silentLogger });
    t = await AssetTestbed.start({ tools });
    await writeFile(path.join(folder, 'text.srt'), '1\n00:00:01,000 --> 00:00:03,000\nHello\n');
    const at = path.join(folder, 'film.mkv');
    const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=426x240:r=25:d=10', '-f', 'lavfi', '-i', 'sine=f=440:d=10'];
    const how = ['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-c:s', 'srt'];
    await ffmpeg(...sources, '-i', path.join(folder, 'text.srt'), ...how, '-metadata:s:s:0', 'language=eng', at);
    film = await readFile(at);
  });
  after(async () => {
    await t.close();
    await tools.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Everything of a version on the disk, and what ffprobe counts in it, decoded to the last frame. */
  async function fetched(bed: AssetTestbed, assetId: string): Promise<string> {
    const to = await mkdtemp(path.join(folder, 'made-'));
    for (const file of await bed.made(assetId)) {
      await mkdir(path.dirname(path.join(to, file)), { recursive: true });
      await writeFile(path.join(to, file), await bed.bytes(assetId, file));
    }
    return to;
  }
  async function decoded(playlist: string): Promise<{ frames: number; errors: string }> {
    const { stderr } = await ffmpeg('-i', playlist, '-f', 'null', '-');
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=nb_read_frames',
      '-of',
      'csv=p=0',
      playlist,
    ]);
    return { frames: Number(stdout.split('\n')[0]?.replace(',', '')), errors: stderr };
  }

  it('goes from an upload to a film that is whole, with everything that belongs to it', async () => {
    const uploadId = await t.upload(film, { name: 'film.mkv' });
    const id = await t.create(uploadId);
    await t.settle();
    const asset = (await t.media.assets.find(t.zone, [id])).get(id);
    assert.equal(asset?.status, 'ready', JSON.stringify(asset));
    assert.deepEqual([asset?.width, asset?.height, asset?.sourceName], [426, 240, 'film.mkv']);
    assert.ok(Math.abs((asset?.durationSeconds ?? 0) - 10) < 0.1);
    assert.deepEqual(asset?.progress.rungs, [{ id: '240', state: 'ready', percent: 100 }]);
    const statuses = t.published.filter(({ payload }) => payload.assetId === id).map(({ payload }) => payload.status);
    assert.deepEqual([...new Set(statuses)], ['queued', 'processing', 'playable', 'ready']);

    const made = await fetched(t, id);
    const master = await readFile(path.join(made, 'master.m3u8'), 'utf8');
    assert.match(master, /RESOLUTION=426x240.*FRAME-RATE=25.000/);
    assert.match(master, /TYPE=SUBTITLES.*LANGUAGE="en"/);
    const list = parseMediaPlaylist(await readFile(path.join(made, '240/index.m3u8'), 'utf8'));
    assert.deepEqual([list?.ended, list?.segments.map(({ uri }) => uri)], [true, ['s00000.m4s', 's00001.m4s', 's00002.m4s']]);
    const picture = await decoded(path.join(made, '240/index.m3u8'));
    // Matroska begins with the sound's priming: the first frame may be there twice.
    assert.ok(picture.errors === '' && Math.abs(picture.frames - 250) <= 1, JSON.stringify(picture));
    assert.equal((await decoded(path.join(made, 'audio/index.m3u8'))).errors, '');

    const playback = (await t.media.assets.playbacks(t.zone, [id])).get(id);
    assert.equal(playback?.hls, `/vod/${id}/v1/master.m3u8`);
    assert.deepEqual([playback?.growing, playback?.expiresAt, playback?.captions.length], [false, null, 1]);
    const files = await t.made(id);
    for (const shown of [playback?.poster, playback?.storyboard, playback?.waveform, playback?.captions[0]?.src]) {
      assert.ok(files.includes(String(shown).replace(`/vod/${id}/v1/`, '')), `${shown} of ${files}`);
    }
    assert.match(await t.text(id, 'storyboard.vtt'), /storyboard-0\.jpg#xywh=0,0,160,90/);
    const poster = (await t.media.assets.posters(t.zone, [id])).get(id);
    assert.ok(poster !== undefined && poster.blurhash !== null && poster.width === 426);
    assert.ok((await t.media.assets.candidates(t.zone, id)).items.length >= 6);

    // The upload is gone, the source stands, and the person's bytes are those of both.
    const keys = await t.keys();
    assert.deepEqual(
      keys.filter((key) => key.includes('/uploads/')),
      [],
    );
    const original = await t.media.assets.original(t.zone, id);
    assert.deepEqual([original?.bytes, keys.includes(original?.key ?? '')], [film.length, true]);
    assert.equal((await t.media.assets.storage(t.zone, t.mina.id)).usedBytes, asset?.bytes);
    assert.ok((asset?.bytes ?? 0) > film.length);
  });
});
