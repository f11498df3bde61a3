import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createFileBlobs } from '@madang/blobs';
import { createMediaTools } from '@madang/ffmpeg';
import { createImages } from '@madang/images';
import { type Closable, type MediaTools, silentLogger } from '@madang/kernel';
import { parseMediaPlaylist } from '@madang/media-plan';
import { AssetTestbed } from './asset-testbed.ts';

const drivers = { openBlobs: (root: string) => createFileBlobs({ root, logger: silentLogger }), images: createImages() };
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
    t = await AssetTestbed.start({ drivers, tools });
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

  it('[ME24] [ME27] cuts a film into chunks that meet to the frame, and shows it before it is whole', async () => {
    const at = path.join(folder, 'chunks.mp4');
    const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30000/1001:d=13', '-f', 'lavfi', '-i', 'sine=f=440:d=13'];
    await ffmpeg(...sources, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', at);
    const bed = await AssetTestbed.start({ drivers, tools, planOptions: { chunkSeconds: 4 } });
    try {
      const id = await bed.create(await bed.upload(await readFile(at)));
      await bed.deliver();
      const order: string[] = [];
      for (let next = bed.waiting()[0]; next !== undefined; next = bed.waiting()[0]) {
        const { chunk } = next.payload as { chunk?: number };
        order.push(`${next.name.slice(6)}${chunk === undefined ? '' : ` ${chunk}`}`);
        await bed.run(next);
        await bed.deliver();
        if (chunk !== 0) continue;
        const early = (await bed.media.assets.find(bed.zone, [id])).get(id);
        assert.equal(early?.status, 'playable');
        assert.equal(parseMediaPlaylist(await bed.text(id, '180/index.m3u8'))?.ended, false);
        assert.match(await bed.text(id, 'master.m3u8'), /180\/index.m3u8/);
        assert.notEqual((await bed.media.assets.playbacks(bed.zone, [id])).get(id)?.poster, null);
      }
      const making = ['transcode-sounds -1', 'transcode-chunk 0', 'transcode-chunk 1', 'transcode-chunk 2', 'transcode-chunk 3'];
      assert.deepEqual(
        order.filter((job) => !job.startsWith('discard')),
        ['prepare-asset', ...making, 'finish-asset'],
      );
      const made = await fetched(bed, id);
      assert.deepEqual(await decoded(path.join(made, '180/index.m3u8')), { frames: 390, errors: '' });
      const list = parseMediaPlaylist(await bed.text(id, '180/index.m3u8'));
      assert.deepEqual(
        list?.segments.map(({ seconds }) => seconds),
        [4.004, 4.004, 4.004, 1.001],
      );
      assert.deepEqual(bed.progress.at(-1)?.progress.percent, 100);
    } finally {
      await bed.close();
    }
  });

  it('sound alone has a master, a waveform and no picture', async () => {
    const at = path.join(folder, 'song.mp3');
    await ffmpeg('-f', 'lavfi', '-i', 'sine=f=330:d=6', at);
    const id = await t.create(await t.upload(await readFile(at), { name: 'song.mp3' }));
    await t.settle();
    const asset = (await t.media.assets.find(t.zone, [id])).get(id);
    assert.deepEqual([asset?.status, asset?.width, asset?.height], ['ready', null, null]);
    const playback = (await t.media.assets.playbacks(t.zone, [id])).get(id);
    assert.deepEqual([playback?.poster, playback?.storyboard, playback?.growing], [null, null, false]);
    assert.equal((await t.bytes(id, 'waveform.bin')).length, 100);
    assert.equal((await decoded(path.join(await fetched(t, id), 'master.m3u8'))).errors, '');
  });

  it('[ME40] says what is wrong with what is no film, and keeps nothing of it', async () => {
    const playlist = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
    const cut = film.subarray(0, 300);
    for (const [name, bytes] of [
      ['text.mp4', Buffer.from('no film at all, only words\n'.repeat(50))],
      ['list.mp4', Buffer.from(playlist)],
      ['cut.mkv', cut],
    ] as const) {
      const id = await t.create(await t.upload(bytes, { name }));
      await t.settle();
      const asset = (await t.media.assets.find(t.zone, [id], 'en')).get(id);
      assert.equal(asset?.status, 'failed', name);
      assert.match(asset?.failure?.code ?? '', /^media\.(film_unreadable|not_media|no_streams|unsupported_container)$/, name);
      assert.ok((asset?.failure?.message ?? '').length > 10);
      assert.deepEqual(
        (await t.keys()).filter((key) => key.includes(id) || key.includes('/uploads/')),
        [],
        name,
      );
    }
  });

  it('[ME5] [ME6] what is removed while it is made stops, and leaves nothing', async () => {
    const at = path.join(folder, 'long.mp4');
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=854x480:r=30:d=60', '-c:v', 'libx264', '-preset', 'ultrafast', at);
    const long = await readFile(at);
    const id = await t.create(await t.upload(long));
    const before = (await t.media.assets.storage(t.zone, t.mina.id)).usedBytes;
    await t.deliver();
    const [prepare] = t.waiting();
    assert.ok(prepare);
    await t.run(prepare);
    const [chunk] = t.waiting().filter(({ name }) => name === 'media.transcode-chunk');
    assert.ok(chunk);
    // It is told to stop, or finds by itself that there is nothing to make any more.
    const running = t.run(chunk).catch(() => undefined);
    while (!(await t.made(id)).some((name) => name.endsWith('s00000.m4s'))) await delay(20);
    await t.zone.db.transaction((tx) => t.media.assets.remove(tx, id));
    await t.settle();
    await running;
    assert.equal(chunk.state, 'cancelled');
    assert.equal((await t.media.assets.find(t.zone, [id])).size, 0);
    assert.deepEqual(
      (await t.keys()).filter((key) => key.includes(id)),
      [],
    );
    assert.equal((await t.media.assets.storage(t.zone, t.mina.id)).usedBytes, before - long.length);
    await t.zone.db.transaction((tx) => t.media.assets.remove(tx, id));
  });
});
