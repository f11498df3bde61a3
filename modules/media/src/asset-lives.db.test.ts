import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createFileBlobs } from '@madang/blobs';
import { createImages } from '@madang/images';
import { hasCode, type SocketContext, type SocketNamespace, silentLogger } from '@madang/kernel';
import { testPrincipal } from '@madang/testing';
import sharp from 'sharp';
import type { AssetAccess } from './asset.ts';
import type { MediaProgress } from './asset-contract.ts';
import { assetErrors } from './asset-errors.ts';
import { AssetTestbed } from './asset-testbed.ts';
import { mediaErrors } from './media-errors.ts';
import { scriptedTools } from './transcode-scripted.ts';
import { createVodTokens } from './vod-token.ts';

const drivers = { openBlobs: (root: string) => createFileBlobs({ root, logger: silentLogger }), images: createImages() };
const bytes = Buffer.from('a film that exists only in the answers of the tools');
const vtt = 'WEBVTT\n\n00:00.000 --> 00:02.000\n안녕\n';

describe('the lives of assets', () => {
  let t: AssetTestbed;
  let folder: string;
  let picture: string;

  before(async () => {
    t = await AssetTestbed.start({ drivers, tools: scriptedTools() });
    folder = await mkdtemp(path.join(tmpdir(), 'madang-pictures-'));
    picture = path.join(folder, 'own.png');
    await writeFile(
      picture,
      await sharp({ create: { width: 900, height: 600, channels: 3, background: '#246' } })
        .png()
        .toBuffer(),
    );
  });
  after(async () => {
    await t.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ready = async (): Promise<string> => {
    const id = await t.create(await t.upload(bytes));
    await t.settle();
    return id;
  };
  const find = async (id: string) => (await t.media.assets.find(t.zone, [id])).get(id);
  const playback = async (id: string) => (await t.media.assets.playbacks(t.zone, [id])).get(id);
  const poster = async (id: string) => (await t.media.assets.posters(t.zone, [id])).get(id);
  const setAccess = (id: string, access: AssetAccess) => t.zone.db.transaction((tx) => t.media.assets.setAccess(tx, id, access));

  it('[ME1] exists before its last byte, and is made from it on', async () => {
    const uploadId = await t.upload(bytes, { whole: false });
    const id = await t.create(uploadId);
    await t.settle();
    assert.equal((await find(id))?.status, 'uploading');
    assert.equal(await playback(id), undefined);
    await t.complete(uploadId, bytes);
    await t.settle();
    assert.equal((await find(id))?.status, 'ready');
  });

  it('[ME7] is played by a plain path when it is public, by a token when it is not, and not at all when it is closed', async () => {
    const id = await ready();
    assert.equal((await playback(id))?.hls, `/vod/${id}/v1/master.m3u8`);
    await setAccess(id, 'signed');
    const signed = await playback(id);
    const [, token = ''] = /^\/vod\/t\/([\w-]+)\/video_\w+\/v1\/master\.m3u8$/.exec(signed?.hls ?? '') ?? [];
    const expiresAt = new Date(signed?.expiresAt ?? '');
    const tokens = createVodTokens(Buffer.alloc(32, 7));
    assert.ok(tokens.verify(token, 'univ', id, new Date(expiresAt.getTime() - 1)), 'good until it says');
    assert.ok(expiresAt.getTime() - Date.now() > 5.5 * 3_600_000);
    assert.equal((await poster(id))?.small.startsWith(`/vod/t/${token}/`), true);
    await setAccess(id, 'closed');
    assert.deepEqual([await playback(id), await poster(id)], [undefined, undefined]);
    const changes = t.published.filter(({ payload }) => payload.assetId === id).length;
    await setAccess(id, 'closed');
    assert.equal(t.published.filter(({ payload }) => payload.assetId === id).length, changes);
  });

  it('shows the picture its owner chose or brought', async () => {
    const id = await ready();
    const first = await poster(id);
    const { items } = await t.media.assets.candidates(t.zone, id);
    assert.equal(items.length, 8);
    await t.media.assets.choosePoster(t.zone, id, 2);
    assert.equal((await t.media.assets.candidates(t.zone, id)).chosen, 2);
    const chosen = await poster(id);
    assert.notEqual(chosen?.small, first?.small);
    await t.media.assets.uploadPoster(t.zone, id, picture);
    const own = await poster(id);
    assert.deepEqual([own?.width, own?.height, (await t.media.assets.candidates(t.zone, id)).chosen], [900, 600, null]);
    const made = (await t.made(id)).filter((name) => name.startsWith('poster-'));
    assert.equal(made.length, 8, 'the one shown and the one before');
    // By way of a file: the driver leaves only its own loaders open in this process.
    const at = path.join(folder, 'looked-at');
    await writeFile(at, await t.bytes(id, (own?.jpeg ?? '').replace(`/vod/${id}/v1/`, '')));
    const jpeg = await sharp(at).metadata();
    assert.deepEqual([jpeg.format, jpeg.width], ['jpeg', 900]);
    await assert.rejects(t.media.assets.choosePoster(t.zone, id, 99), (error) => hasCode(error, assetErrors.poster_unknown));
    const text = path.join(folder, 'no.png');
    await writeFile(text, 'no picture');
    await assert.rejects(t.media.assets.uploadPoster(t.zone, id, text), (error) => hasCode(error, mediaErrors.picture_refused));
  });

  it('[ME81] has captions in several languages, one of each', async () => {
    const id = await ready();
    const add = (language: string) => t.media.assets.addCaptions(t.zone, id, { language, name: 'Captions', vtt });
    const [korean, english] = [await add('ko'), await add('en')];
    assert.deepEqual(
      (await playback(id))?.captions.map(({ language }) => language),
      ['ko', 'en'],
    );
    assert.match(await t.text(id, 'master.m3u8'), /LANGUAGE="ko"[\s\S]*LANGUAGE="en"[\s\S]*SUBTITLES="subtitles"/);
    const again = await add('ko');
    assert.deepEqual(
      (await playback(id))?.captions.map((each) => each.id),
      [english.id, again.id],
    );
    assert.deepEqual(
      (await t.made(id)).filter((name) => name.includes(korean.id)),
      [],
    );
    await t.media.assets.removeCaptions(t.zone, id, english.id);
    assert.doesNotMatch(await t.text(id, 'master.m3u8'), /LANGUAGE="en"/);
    const refused = (error: unknown) => hasCode(error, assetErrors.captions_malformed);
    await assert.rejects(t.media.assets.addCaptions(t.zone, id, { language: 'ko', name: '', vtt: '<b>no</b>' }), refused);
    await assert.rejects(t.media.assets.addCaptions(t.zone, id, { language: '../..', name: '', vtt }), refused);
  });

  it('[ME3] [ME4] is served as it was until its replacement can be played; then the old version goes', async () => {
    const id = await ready();
    await t.media.assets.uploadPoster(t.zone, id, picture);
    const { id: captionsId } = await t.media.assets.addCaptions(t.zone, id, { language: 'ko', name: '한국어', vtt });
    const uploadId = await t.upload(bytes, { whole: false, name: 'better.mp4' });
    await t.zone.db.transaction((tx) => t.media.assets.replace(tx, id, { uploadId, ownerId: t.mina.id }));
    await t.settle();
    const meanwhile = await find(id);
    assert.deepEqual([meanwhile?.status, meanwhile?.version, meanwhile?.sourceName], ['ready', 'v2', 'better.mp4']);
    assert.deepEqual([(await playback(id))?.version, (await playback(id))?.growing], ['v1', false]);
    await t.complete(uploadId, bytes);
    await t.settle();
    const now = await playback(id);
    assert.deepEqual([(await find(id))?.status, now?.version, now?.captions.map((each) => each.id)], ['ready', 'v2', [captionsId]]);
    assert.equal((await poster(id))?.width, 900, 'the person’s own picture stays');
    assert.ok((await t.made(id, 'v2')).includes(`captions/${captionsId}/text.vtt`));
    assert.match(await t.text(id, 'master.m3u8', 'v2'), /LANGUAGE="ko"/);
    // Who watches has an hour.
    const clearing = t.jobs.filter(({ name, state }) => name === 'media.clear-version' && state === 'queued');
    assert.equal(clearing.length, 1);
    assert.ok((clearing[0]?.startAfter?.getTime() ?? 0) - Date.now() > 3_000_000);
    const [job] = clearing;
    assert.ok(job);
    await t.run(job);
    assert.deepEqual(
      (await t.keys()).filter((key) => key.includes(`${id}/v1`)),
      [],
    );
    assert.equal((await find(id))?.bytes, (await t.media.assets.storage(t.zone, t.mina.id)).usedBytes - (await others(id)));
  });
  const others = async (but: string): Promise<number> => {
    const ids = [...new Set(t.published.map(({ payload }) => String(payload.assetId)))].filter((id) => id !== but);
    return [...(await t.media.assets.find(t.zone, ids)).values()].reduce((sum, asset) => sum + asset.bytes, 0);
  };

  it('[ME3] a replacement that fails leaves what was there', async () => {
    const id = await ready();
    const uploadId = await t.upload(bytes, { whole: false });
    await t.zone.db.transaction((tx) => t.media.assets.replace(tx, id, { uploadId, ownerId: t.mina.id }));
    // As the sweeper finds it once the upload is gone.
    await t.zone.db.transaction((tx) => t.media.uploads.discard(tx, uploadId));
    await t.zone.db.run({ text: `update media.assets set created_at = now() - interval '1 hour' where id = '${id}'`, values: [] });
    await t.sweep('media.sweep-assets');
    await t.settle();
    const asset = await find(id);
    assert.deepEqual([asset?.status, asset?.failure?.code], ['ready', 'media.upload_lost']);
    assert.equal((await playback(id))?.version, 'v1');
  });

  it('[ME5] removes everything, and blobs of versions nobody knows are swept', async () => {
    const id = await ready();
    const kept = await ready();
    await t.zone.db.transaction((tx) => t.media.assets.remove(tx, id));
    await t.settle();
    assert.deepEqual(
      (await t.keys()).filter((key) => key.includes(id)),
      [],
    );
    for (const key of [
      `zones/univ/vod/${id}/v1/360/s00000.m4s`,
      `zones/univ/vod/${id}/v1/master.m3u8`,
      `zones/univ/users/user_mina/sources/${id}/v1`,
    ]) {
      await t.blobs.put(key, bytes, { contentType: 'text/plain' });
    }
    const before = await t.keys();
    assert.deepEqual(await t.sweep('media.sweep-vod'), { orphans: 0 }, 'they may be of something that is under way');
    const late = await AssetTestbed.start({
      drivers,
      tools: scriptedTools(),
      clock: { now: () => new Date(Date.now() + 2 * 86_400_000) },
      blobs: () => t.blobs,
    });
    try {
      // Another zone's database knows none of them: all are orphans there.
      const all = before.filter((key) => /\/vod\/|\/sources\//.test(key)).length;
      assert.deepEqual(await late.sweep('media.sweep-vod'), { orphans: all });
    } finally {
      await late.close();
    }
    assert.equal((await find(kept))?.status, 'ready');
  });

  describe('watching', () => {
    const jun = testPrincipal({ id: 'user_jun', name: 'Jun' });
    let namespace: SocketNamespace;
    const socket = (principal = t.mina) => {
      const rooms = new Set<string>();
      const heard: MediaProgress[] = [];
      const context: SocketContext = {
        zone: t.zone,
        principal,
        socketId: `socket_${Math.random()}`,
        ip: '::1',
        join: async (room) => void rooms.add(room),
        leave: async (room) => void rooms.delete(room),
        isIn: (room) => rooms.has(room),
        rooms: () => [...rooms],
        emit: (_event, payload) => void heard.push(payload as MediaProgress),
      };
      const send = async (event: string, payload: object) => {
        const definition = namespace.events[event];
        assert.ok(definition);
        await definition.handler(context, definition.payload.parse(payload) as never);
      };
      return { send, heard, rooms };
    };
    before(() => {
      namespace = t.media.module.sockets?.find(({ name }) => name === '/media') as SocketNamespace;
      t.media.assets.registerWatchers('video_', async (_zone, principalId, assetId) => principalId === 'user_jun' && assetId.endsWith('1'));
    });

    it('[ME61] answers with where it stands, and lets in the owner and whom the owning module lets', async () => {
      const uploadId = await t.upload(bytes, { whole: false });
      const mina = socket();
      await mina.send('watch', { uploadId });
      assert.deepEqual(mina.heard.at(-1)?.status, 'uploading');
      assert.deepEqual([mina.heard.at(-1)?.receivedBytes, mina.heard.at(-1)?.totalBytes], [bytes.length - 1, bytes.length]);
      const gone = (error: unknown) => hasCode(error, assetErrors.asset_not_found);
      await assert.rejects(socket(jun).send('watch', { uploadId }), gone);
      const id = await t.create(uploadId, 'video_watched1');
      await mina.send('watch', { videoId: id });
      assert.deepEqual([mina.heard.at(-1)?.videoId, mina.heard.at(-1)?.uploadId], [id, uploadId]);
      await socket(jun).send('watch', { videoId: id });
      await assert.rejects(socket(jun).send('watch', { videoId: await ready() }), gone);
      await assert.rejects(mina.send('watch', {}), gone);
      await assert.rejects(mina.send('watch', { videoId: id, uploadId }), gone);
      await mina.send('unwatch', { uploadId });
      await mina.send('unwatch', { videoId: id });
      assert.equal(mina.rooms.size, 0);
    });

    it('[ME2] [ME60] is told of every status, up to the end', async () => {
      const from = t.progress.length;
      const id = await ready();
      const told = t.progress.slice(from).filter(({ videoId }) => videoId === id);
      assert.deepEqual([...new Set(told.map(({ status }) => status))], ['queued', 'processing', 'playable', 'ready']);
      assert.equal(told.at(-1)?.progress.percent, 100);
      const percents = told.map(({ progress }) => progress.percent);
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
      );
    });
  });
});
