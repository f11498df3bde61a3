import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileBlobs, createS3Blobs, type S3Blobs } from '@madang/blobs';
import { type BlobStore, silentLogger } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { Video } from '@madang/video/contract';
import { missingRadosgw, type Radosgw, startRadosgw } from '../../drivers/blobs/src/radosgw.testing.ts';
import { assertProblem } from '../harness/assert-problem.ts';
import { blobFiles } from '../harness/blob-files.ts';
import { createVideo, openUpload, plainFilm, sendBytes, settled, upload, videoUntil } from '../harness/films.ts';
import { openStudio, type Sender } from '../harness/films-courier.ts';
import { mountSmallDisk, type SmallDisk } from '../harness/films-disk.ts';
import { decodeHls } from '../harness/films-look.ts';
import { type S3Proxy, startS3Proxy } from '../harness/films-s3.ts';
import { findStoreFaults } from '../harness/films-store.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { onDatabase, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';
import { lookInto } from '../harness/stall.ts';

const SECONDS = 6;
const DISK = 64_000_000;

/** Every quality of a ready film, decoded from its first byte to its last. */
async function assertPlays(sender: Sender, video: Video, folder: string): Promise<void> {
  assert.equal(video.status, 'ready', JSON.stringify(video.failure));
  const { renditions } = await decodeHls(sender.client, video.playback?.hls as string, folder);
  assert.deepEqual([...renditions.keys()].sort(), ['240', '360', 'audio']);
  for (const [id, { complaints, ended, frames, seconds }] of renditions) {
    assert.deepEqual([complaints, ended], ['', true], id);
    assert.ok(Math.abs(seconds - SECONDS) < 0.1, `${id}: ${seconds}`);
    if (id !== 'audio') assert.equal(frames, SECONDS * 30, id);
  }
}

/** What is left once everything has come to rest. */
async function assertNothingTorn(blobs: BlobStore, ownerUrl: string): Promise<void> {
  let faults = await findStoreFaults(blobs, ownerUrl);
  for (let tries = 0; tries < 60 && faults.orphans.length + faults.missing.length > 0; tries++) {
    await sleep(500);
    faults = await findStoreFaults(blobs, ownerUrl);
  }
  assert.deepEqual(faults, { orphans: [], missing: [] });
}

/** The next try of a job that failed is due now, not in half a minute. */
const hasten = (ownerUrl: string) =>
  lookInto(ownerUrl, `update jobs.jobs set run_at = now() where state = 'queued' and attempt > 0 and name like 'media.%'`);

/** Of the film's jobs, one that could not do its work at least so many times. */
async function untilTried(ownerUrl: string, times: number): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const [job] = await lookInto<{ failure: string }>(
      ownerUrl,
      `select failure from jobs.jobs where name like 'media.%' and state in ('queued', 'running') and failure is not null and attempt >= $1`,
      [times],
    );
    if (job !== undefined) return job.failure;
    await sleep(100);
  }
  throw new Error('no job failed within 30 s');
}

const scratch = mkdtempSync(path.join(tmpdir(), 'madang-disk-'));
const dataDir = path.join(scratch, 'data');
const [blobDisk, workDisk] = [path.join(dataDir, 'blobs'), path.join(dataDir, 'work')].map((at) => mountSmallDisk(at, DISK));
const skip = blobDisk !== undefined && workDisk !== undefined ? false : 'this user may not mount a small disk';

describe('a disk that is full while films are uploaded and made', { skip }, () => {
  const [store, work] = [blobDisk as SmallDisk, workDisk as SmallDisk];
  let database: TestDatabase;
  let node: SpawnedNode;
  let creator: Sender;
  let source: string;
  before(async () => {
    database = await testDatabase();
    source = await plainFilm(path.join(scratch, 'film.mp4'), { size: '640x360', seconds: SECONDS });
    node = await spawnNode({
      args: ['--data', dataDir],
      environment: { ...onDatabase(database.ownerUrl), MADANG_DEMO_FILMS: 'off' },
    });
    creator = await openStudio(node);
  });
  after(async () => {
    await node?.kill();
    await database?.close();
    await blobDisk?.close();
    await workDisk?.close();
    rmSync(scratch, { recursive: true, force: true });
  });
  const settle = (video: Video) => videoUntil(creator, video.id, settled, 90);

  it('refuses bytes it cannot keep in so many words, keeps those it acknowledged, and goes on when there is room', async () => {
    const bytes = await readFile(source);
    const { id, location } = await openUpload(creator, 'film.mp4', bytes.length);
    const quarter = Math.floor(bytes.length / 4);
    await sendBytes(creator, location, 0, bytes.subarray(0, quarter));
    store.fill(quarter);
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Offset': `${quarter}`, 'Content-Type': 'application/offset+octet-stream' };
    const refused = await creator.client.ask(location, { method: 'PATCH', token: creator.token, headers, raw: bytes.subarray(quarter) });
    assertProblem(refused, 503, 'request.unavailable');
    assert.ok(Number(refused.headers['retry-after']) > 0);
    const head = await creator.client.ask(location, { method: 'HEAD', token: creator.token, headers: { 'Tus-Resumable': '1.0.0' } });
    assert.equal(head.headers['upload-offset'], `${quarter}`);
    assert.equal((await blobFiles(dataDir)).unfinished, 0);
    store.empty();
    await sendBytes(creator, location, quarter, bytes.subarray(quarter));
    await assertPlays(creator, await settle(await createVideo(creator, id)), scratch);
  });

  it('makes a film to its end when room comes in time', async () => {
    const uploadId = await upload(creator, source);
    store.fill(150_000);
    const video = await createVideo(creator, uploadId);
    assert.match(await untilTried(database.ownerUrl, 1), /ENOSPC|no space/i);
    store.empty();
    await assertPlays(creator, await settle(video), scratch);
  });

  for (const [where, disk] of [
    ['films are kept', store],
    ['films are made', work],
  ] as const)
    it(`says so when no room comes where ${where}, keeps the source, and makes it when asked again`, async () => {
      const uploadId = await upload(creator, source);
      disk.fill(100_000);
      const video = await createVideo(creator, uploadId);
      let end = await videoUntil(creator, video.id, () => true);
      for (let tries = 0; tries < 200 && !settled(end); tries++) {
        await hasten(database.ownerUrl);
        await sleep(200);
        end = await videoUntil(creator, video.id, () => true);
      }
      assert.deepEqual([end.status, end.failure?.code], ['failed', 'media.no_space'], JSON.stringify(end));
      disk.empty();
      const again = await creator.client.ask(`/api/v1/videos/${video.id}/retry`, { method: 'POST', token: creator.token });
      assert.equal(again.status, 200, again.text);
      await assertPlays(creator, await settle(video), scratch);
    });

  it('says in its log that a person must act, and leaves nothing half', async () => {
    assert.match(`${node.stdout()}${node.stderr()}`, /"level":(50|"error").*(ENOSPC|no space)/);
    await assertNothingTorn(await createFileBlobs({ root: path.join(dataDir, 'blobs'), logger: silentLogger }), database.ownerUrl);
    assert.equal((await blobFiles(dataDir)).unfinished, 0);
    const folders = (await readdir(path.join(dataDir, 'work'), { recursive: true })).filter((name) => name !== 'ballast');
    assert.ok(folders.length <= 1, `${folders}`);
  });
});

const missing = missingRadosgw();

describe('films in S3 (radosgw)', { skip: missing ?? false }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'madang-s3-films-'));
  const random = seededRandom(20261121);
  let database: TestDatabase;
  let gateway: Radosgw;
  let proxy: S3Proxy;
  let store: S3Blobs;
  let node: SpawnedNode;
  let creator: Sender;
  let source: string;
  before(async () => {
    gateway = await startRadosgw();
    await gateway.makeBucket('madang');
    proxy = await startS3Proxy(gateway.endpoint);
    database = await testDatabase();
    source = await plainFilm(path.join(folder, 'film.mp4'), { size: '640x360', seconds: SECONDS });
    const { region, accessKeyId, secretAccessKey } = gateway;
    node = await spawnNode({
      args: ['--data', path.join(folder, 'data')],
      environment: {
        ...onDatabase(database.ownerUrl),
        MADANG_DEMO_FILMS: 'off',
        S3_ENDPOINT: proxy.endpoint,
        S3_REGION: region,
        S3_BUCKET: 'madang',
        S3_ACCESS_KEY_ID: accessKeyId,
        S3_SECRET_ACCESS_KEY: secretAccessKey,
      },
    });
    creator = await openStudio(node);
    const { endpoint } = gateway;
    store = await createS3Blobs({
      endpoint,
      region,
      bucket: 'madang',
      accessKeyId,
      secretAccessKey,
      forcePathStyle: true,
      logger: silentLogger,
    });
  });
  after(async () => {
    await node?.kill();
    await store?.close();
    await proxy?.close();
    await gateway?.close();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const settle = (video: Video) => videoUntil(creator, video.id, settled, 120);

  it('are uploaded, made and played as anywhere, and nothing of them stays on the disk', async () => {
    const video = await createVideo(creator, await upload(creator, source));
    const ready = await settle(video);
    await assertPlays(creator, ready, folder);
    for (const picture of [ready.playback?.poster, ready.playback?.storyboard]) {
      assert.equal((await creator.client.ask(picture as string)).status, 200, picture as string);
    }
    const range = await creator.client.ask(ready.playback?.hls.replace('master.m3u8', '360/s00000.m4s') as string, {
      headers: { range: 'bytes=100-199' },
    });
    assert.deepEqual([range.status, range.bytes.length], [206, 100]);
    const original = await creator.client.ask(`/api/v1/videos/${video.id}/original`, { token: creator.token });
    const sourceBytes = await readFile(source);
    if (original.status === 302) {
      const direct = await fetch(original.headers.location as string);
      assert.ok(Buffer.from(await direct.arrayBuffer()).equals(sourceBytes));
    } else assert.ok(original.bytes.equals(sourceBytes), `${original.status}`);
    assert.deepEqual(await readdir(path.join(folder, 'data')).then((names) => names.includes('blobs')), false);
    await assertNothingTorn(store, database.ownerUrl);
  });

  it('become whole while requests are refused, cut off or unanswered', async () => {
    proxy.fate = ({ method }) => {
      if (random() > 0.15) return 'pass';
      return method === 'PUT' ? ((['busy', 'cut-off', 'silent-end'] as const)[Math.floor(random() * 3)] ?? 'busy') : 'busy';
    };
    const before = proxy.harmed();
    const ready = await settle(await createVideo(creator, await upload(creator, source, 400_000)));
    assert.ok(proxy.harmed() > before, 'nothing was harmed');
    await assertPlays(creator, ready, folder);
    proxy.fate = () => 'pass';
    await assertNothingTorn(store, database.ownerUrl);
  });

  it('wait for a store that is away, and are made when it is back', async () => {
    const uploadId = await upload(creator, source);
    proxy.fate = ({ method, path: at }) => (method === 'PUT' && at.includes('/vod/') ? 'busy' : 'pass');
    const video = await createVideo(creator, uploadId);
    await untilTried(database.ownerUrl, 1);
    const waiting = await videoUntil(creator, video.id, () => true);
    assert.ok(['processing', 'playable'].includes(waiting.status), waiting.status);
    proxy.fate = () => 'pass';
    await hasten(database.ownerUrl);
    await assertPlays(creator, await settle(video), folder);
    await assertNothingTorn(store, database.ownerUrl);
  });

  it('say that bytes cannot be taken while it is away, and keep those that were', async () => {
    const bytes = await readFile(source);
    const { id, location } = await openUpload(creator, 'film.mp4', bytes.length);
    await sendBytes(creator, location, 0, bytes.subarray(0, 100_000));
    proxy.fate = () => 'busy';
    const headers = { 'Tus-Resumable': '1.0.0', 'Upload-Offset': '100000', 'Content-Type': 'application/offset+octet-stream' };
    const refused = await creator.client.ask(location, { method: 'PATCH', token: creator.token, headers, raw: bytes.subarray(100_000) });
    assertProblem(refused, 503, 'request.unavailable');
    proxy.fate = () => 'pass';
    await sendBytes(creator, location, 100_000, bytes.subarray(100_000));
    await assertPlays(creator, await settle(await createVideo(creator, id)), folder);
  });
});
