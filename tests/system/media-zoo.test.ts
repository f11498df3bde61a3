import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createFileBlobs } from '@madang/blobs';
import { silentLogger } from '@madang/kernel';
import type { Video } from '@madang/video/contract';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import { createVideo, settled, upload, videoUntil } from '../harness/films.ts';
import { type Decoded, decodeHls } from '../harness/films-look.ts';
import { findStoreFaults, listKeys } from '../harness/films-store.ts';
import { type Specimen, type Whole, zoo } from '../harness/films-zoo.ts';
import { lookInto } from '../harness/stall.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

/** How far a length may be from its source's. */
const NEAR = 0.1;
const near = (seconds: number, to: number): boolean => Math.abs(seconds - to) < NEAR;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('a zoo of sources', () => {
  let madang: TestMadang;
  let keeper: SignedIn;
  let folder: string;
  let bystander: Server;
  let asked = 0;
  let specimens: readonly Specimen[];
  let bringing: Promise<unknown> | undefined;
  const arrivals = new Map(zoo(0).map(({ name }) => [name, Promise.withResolvers<{ video: Video; uploadId: string }>()]));
  for (const { promise } of arrivals.values()) promise.catch(() => {});
  const arrived = (name: string) => arrivals.get(name)?.promise ?? assert.fail(name);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-zoo-'));
    bystander = createServer((socket) => {
      asked++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(bystander, 'listening');
    specimens = zoo((bystander.address() as AddressInfo).port);
    madang = await startTestMadang();
    keeper = await madang.account('piyakast', 'student');
    // Two at a time are made and uploaded while the first ones are transcoded.
    const waiting = specimens.values();
    const hand = async () => {
      for (const { name, make } of waiting) {
        const file = path.join(folder, name);
        const { resolve, reject } = arrivals.get(name) ?? assert.fail();
        await make(file)
          .then(() => upload(keeper, file))
          .then(async (uploadId) => resolve({ uploadId, video: await createVideo(keeper, uploadId, { title: name }) }))
          .catch(reject);
      }
    };
    bringing = Promise.all([hand(), hand()]);
  });
  after(async () => {
    await bringing;
    await madang.close();
    bystander.close();
    await rm(folder, { recursive: true, force: true });
  });

  const blobs = () => createFileBlobs({ root: path.join(madang.dataDir, 'blobs'), logger: silentLogger });
  const ask = (where: string) => keeper.client.ask(where, { token: keeper.token });

  function assertPicture(one: Decoded, id: string, whole: Whole): void {
    const [width = 0, height = 0] = whole.size ?? [];
    const [own, out] = [width / height, (one.width ?? 0) / (one.height ?? 1)];
    if (id === whole.rungs.at(-1)) assert.deepEqual([one.width, one.height], [width, height]);
    assert.equal(`${Math.min(one.width ?? 0, one.height ?? 0)}`, id);
    assert.ok(Math.abs(own / out - 1) < 0.02, `${id}: ${one.width}x${one.height}`);
    assert.deepEqual([one.pix_fmt, one.field_order, one.sample_aspect_ratio], ['yuv420p', 'progressive', '1:1'], id);
    assert.ok(one.color_transfer === 'bt709' || one.color_transfer === 'smpte170m', `${id}: ${one.color_transfer}`);
    const frames = whole.seconds * (whole.rate ?? 0);
    assert.ok(Math.abs(one.frames - frames) < 1.01 + 0.02 * frames, `${id}: ${one.frames} frames, not ${frames}`);
    // Whatever segment a player begins with, it begins with a key frame.
    let edge = one.keys[0] ?? 0;
    for (const { seconds } of one.segments) {
      assert.ok(
        one.keys.some((key) => Math.abs(key - edge) < 0.001),
        `${id}: no key frame at ${edge}: ${one.keys}`,
      );
      edge += seconds;
    }
  }

  async function assertWhole(video: Video, whole: Whole): Promise<void> {
    assert.equal(video.status, 'ready', JSON.stringify(video.failure));
    assert.ok(near(video.durationSeconds ?? 0, whole.seconds), `${video.durationSeconds} s, not ${whole.seconds}`);
    assert.deepEqual([video.width, video.height], [...(whole.size ?? [null, null])]);
    const at = await mkdtemp(path.join(folder, 'made-'));
    const { master, renditions } = await decodeHls(madang.client('piyakast'), video.playback?.hls as string, at);
    const sounds = whole.sounds.map((_, place) => (place === 0 ? 'audio' : `audio-${place + 1}`));
    assert.deepEqual([...renditions.keys()].sort(), [...whole.rungs, ...sounds].sort());
    for (const [id, one] of renditions) {
      assert.equal(one.complaints, '', id);
      assert.ok(one.ended, `${id} has no end`);
      assert.ok(Math.abs(one.begins) < 0.001, `${id} begins at ${one.begins}`);
      const listed = sum(one.segments.map(({ seconds }) => seconds));
      assert.ok(near(listed, whole.seconds) && near(one.seconds, whole.seconds), `${id}: ${listed} s listed, ${one.seconds} s inside`);
      if (whole.rungs.includes(id)) assertPicture(one, id, whole);
    }
    const [lowest, ...higher] = whole.rungs.map((id) => renditions.get(id) as Decoded);
    for (const one of higher) {
      assert.deepEqual([one.segments, one.keys], [lowest?.segments, lowest?.keys], 'rungs are aligned');
    }
    for (const [place, { channels, language }] of whole.sounds.entries()) {
      assert.equal(renditions.get(sounds[place] as string)?.channels, channels);
      if (language !== undefined) assert.match(master, new RegExp(`TYPE=AUDIO.*LANGUAGE="${language}".*URI="${sounds[place]}/`));
    }
    for (const language of whole.captions ?? []) {
      assert.match(master, new RegExp(`TYPE=SUBTITLES.*LANGUAGE="${language}"`));
      const [text] = video.playback?.captions ?? [];
      assert.match((await ask(text?.src as string)).text, /^WEBVTT[\s\S]*환영해요[\s\S]*<i>안녕<\/i>/);
    }
    assert.equal(video.playback?.poster == null, whole.size === undefined);
  }

  async function assertNothingOf(videoId: string, uploadId: string): Promise<void> {
    const left = await soon(async () => {
      const rows = await lookInto(
        madang.ownerUrl,
        `select 'upload' as row from media.uploads where id = $2 union all select 'part' from media.upload_parts where upload_id = $2
         union all select 'chunk' from media.asset_chunks where asset_id = $1 union all select 'captions' from media.captions where asset_id = $1
         union all select 'leftover' from media.asset_leftovers where asset_id = $1`,
        [videoId, uploadId],
      );
      const keys = (await listKeys(await blobs())).filter((key) => key.includes(videoId) || key.includes(uploadId));
      return rows.length + keys.length === 0 && 'nothing';
    }, 'leaving nothing behind');
    assert.equal(left, 'nothing');
    const [row] = await lookInto<object>(
      madang.ownerUrl,
      'select status, source_bytes::int, made_bytes::int, plan, poster from media.assets where id = $1',
      [videoId],
    );
    assert.deepEqual(row, { status: 'failed', source_bytes: 0, made_bytes: 0, plan: null, poster: 0 });
  }

  for (const { name, becomes } of zoo(0)) {
    const outcome = 'failure' in becomes ? `is refused as ${becomes.failure}, and leaves nothing behind` : 'becomes a film that plays';
    it(`${name} ${'failure' in becomes || becomes.size !== undefined ? outcome : 'becomes a sound that plays'}`, async () => {
      const { video, uploadId } = await arrived(name);
      const end = await videoUntil(keeper, video.id, settled, 120);
      if (!('failure' in becomes)) return assertWhole(end, becomes);
      assert.deepEqual([end.status, end.failure?.code, end.playback], ['failed', becomes.failure, null], JSON.stringify(end.failure));
      assert.ok((end.failure?.message ?? '').length > 10);
      await assertNothingOf(video.id, uploadId);
    });
  }

  it('nothing that was uploaded made the server ask another one', () => assert.equal(asked, 0));

  it('a file of no bytes is refused before it begins', async () => {
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Length': '0' };
    const answer = await keeper.client.ask('/api/v1/uploads', { method: 'POST', token: keeper.token, headers });
    assertProblem(answer, 400, 'media.upload_length');
  });

  it('the source comes back as it was, by its own name', async () => {
    const name = specimens.find((one) => one.name.endsWith('.avi'))?.name ?? assert.fail();
    const { video } = await arrived(name);
    const original = await ask(`/api/v1/videos/${video.id}/original`);
    assert.equal(original.status, 200);
    assert.ok(original.bytes.equals(await readFile(path.join(folder, name))));
    assert.ok(String(original.headers['content-disposition']).includes(encodeURIComponent(name)), original.headers['content-disposition']);
  });

  it('afterwards every blob has its row, every row its blob, and people are charged for just these', async () => {
    const faults = await soon(async () => {
      const found = await findStoreFaults(await blobs(), madang.ownerUrl);
      return found.orphans.length + found.missing.length === 0 && found;
    }, 'settling').catch(async () => findStoreFaults(await blobs(), madang.ownerUrl));
    assert.deepEqual(faults, { orphans: [], missing: [] });
    const [kept] = await lookInto<{ bytes: number }>(
      madang.ownerUrl,
      'select sum(source_bytes + made_bytes)::int as bytes from media.assets where owner_id = $1',
      [keeper.id],
    );
    const { usedBytes } = (await ask('/api/v1/uploads/limits')).json<{ usedBytes: number }>();
    assert.equal(usedBytes, kept?.bytes);
  });
});
