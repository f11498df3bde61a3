/**
 * Kill -9 while films are uploaded, probed, transcoded, finished and published. Eight kills in every run; fifty with
 * `MADANG_KILLS=50 node tools/run-tests.ts tests/faults/media-killed --limit=3000`, and another course of events with
 * `MADANG_SEED=…`.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileBlobs } from '@madang/blobs';
import { silentLogger } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import type { Video } from '@madang/video/contract';
import pg from 'pg';
import { film, plainFilm, settled } from '../harness/films.ts';
import { type Delivery, deliver, openStudio, type Sender } from '../harness/films-courier.ts';
import { decodeHls } from '../harness/films-look.ts';
import { findStoreFaults } from '../harness/films-store.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { onDatabase, processesSeeing, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';

const SEED = Number(process.env.MADANG_SEED ?? 20261121);
const KILLS = Number(process.env.MADANG_KILLS ?? 8);
/** How many films are brought at the same time, and in how many pieces each. */
const COURIERS = 3;
const PIECES = 12;
/** For the last ones, and for each: a killed worker's job is taken up again 15 s later. */
const SETTLING_SECONDS = 120;
const MAKING_SECONDS = 8;

interface Reel {
  readonly name: string;
  readonly bytes: Buffer;
  /** What becomes of it: seconds and renditions, or the reason why not. */
  readonly becomes: { readonly seconds: number; readonly renditions: readonly string[] } | { readonly failure: string };
}

/** Small ones of every course through the house: two qualities, a film in chunks with its sounds apart, sound alone, poison. */
async function makeReels(folder: string): Promise<Reel[]> {
  const at = (name: string): string => path.join(folder, name);
  const read = async (name: string, becomes: Reel['becomes'], cut = 1): Promise<Reel> => {
    const bytes = await readFile(at(name));
    return { name, bytes: bytes.subarray(0, Math.floor(bytes.length * cut)), becomes };
  };
  await plainFilm(at('two.mp4'), { size: '534x300', rate: '10', seconds: 9 });
  const long = 'testsrc2=s=160x90:r=10';
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '50'];
  await film(
    at('long.mkv'),
    ...['-f', 'lavfi', '-i', long, '-f', 'lavfi', '-i', 'sine=f=440:r=48000', '-t', '160'],
    ...x264,
    '-c:a',
    'aac',
  );
  await film(at('song.mp3'), ...['-f', 'lavfi', '-i', 'sine=f=440:r=48000', '-t', '5', '-c:a', 'libmp3lame']);
  return [
    await read('two.mp4', { seconds: 9, renditions: ['240', '300', 'audio'] }),
    await read('long.mkv', { seconds: 160, renditions: ['90', 'audio'] }),
    await read('song.mp3', { seconds: 5, renditions: ['audio'] }),
    await read('two.mp4', { failure: 'media.film_unreadable' }, 0.5),
  ];
}

describe(`${KILLS} times kill -9 while films are made (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let folder: string;
  let database: TestDatabase;
  let db: pg.Client;
  let node: SpawnedNode;
  let creator: Sender;
  let startedAt = '';
  let deliveries: (Delivery & { reel: Reel })[] = [];
  /** How often a kill met each kind of work. */
  const met = new Map<string, number>();
  let sweeps = 0;
  const dataDir = (): string => path.join(folder, 'data');
  const start = async (port?: number) => {
    startedAt = (await rows<{ now: string }>('select now()::text as now'))[0]?.now ?? '';
    node = await spawnNode({
      args: ['--data', dataDir()],
      environment: { ...onDatabase(database.ownerUrl), MADANG_DEMO_FILMS: 'off' },
      port,
    });
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-killed-'));
    database = await testDatabase();
    db = new pg.Client({ connectionString: database.ownerUrl });
    await db.connect();
    await start();
    creator = await openStudio(node);
  });
  after(async () => {
    await node?.kill();
    await db?.end();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const rows = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> => (await db.query<Row>(text, values)).rows;
  /** Names of the films' jobs that this node runs. */
  const running = async (): Promise<string[]> =>
    (
      await rows<{ name: string }>(
        `select name from jobs.jobs where state = 'running' and started_at > $1 and name like 'media.%' and name not like 'media.sweep%'`,
        [startedAt],
      )
    ).map(({ name }) => name);

  /** A moment at random in the work that is under way; whenever it likes where there is none for a while. */
  async function untilSomethingRuns(): Promise<void> {
    const patience = performance.now() + 1000 + random() * 16_000;
    while (performance.now() < patience && (await running()).length === 0) await sleep(20);
    await sleep(random() ** 2 * 2500);
  }

  async function killAndStart(): Promise<void> {
    const at = await running();
    await node.kill();
    const old = new Set((await processesSeeing(folder)).map(({ pid }) => pid));
    for (const name of at.length === 0 ? ['uploads alone'] : at) met.set(name, (met.get(name) ?? 0) + 1);
    await start(node.port);
    // What it ran dies with it, or by the hand of its successor.
    const end = performance.now() + 5000;
    for (;;) {
      const left = (await processesSeeing(folder)).filter(({ pid }) => old.has(pid));
      if (left.length === 0) break;
      assert.ok(performance.now() < end, `still there: ${JSON.stringify(left)}`);
      await sleep(50);
    }
    await creator.renew();
  }

  /** A job whose worker died with every try is over; its film waits for the sweeper, who comes every ten minutes. */
  const hasLostItsJob = async (): Promise<boolean> =>
    (
      await rows(
        `select from media.assets where status not in ('ready', 'failed')
           and not exists (select from jobs.jobs where state in ('queued', 'running') and name like 'media.%')`,
      )
    ).length > 0;

  async function bringSweeper(): Promise<void> {
    sweeps++;
    await rows(`update media.assets set created_at = created_at - interval '10 minutes' where status not in ('ready', 'failed')`);
    await rows(`insert into jobs.jobs (zone_id, id, name, payload) values ('piyakast', $1, 'media.sweep-assets', '{}')`, [`job_${sweeps}`]);
  }

  it('keeps every byte it acknowledged, through all of them', async (context) => {
    const reels = await makeReels(folder);
    const found = async (uploadId: string) =>
      (await rows<{ id: string }>('select id from video.videos where upload_id = $1', [uploadId]))[0]?.id;
    let kills = 0;
    let brought = 0;
    const courier = async () => {
      const mine: (Delivery & { reel: Reel })[] = [];
      // As long as there are kills to come there is work for them.
      while (kills < KILLS) {
        const reel = reels[brought++ % reels.length] as Reel;
        const pieceBytes = Math.ceil(reel.bytes.length / PIECES);
        mine.push({ ...(await deliver(creator, reel, { pieceBytes, pauseMs: 20 + random() * 300, found })), reel });
        // No more than can be made in the end.
        while (kills < KILLS && mine.length > 2 + (kills * 2) / COURIERS) await sleep(100);
      }
      return mine;
    };
    const couriers = Promise.all(Array.from({ length: COURIERS }, courier));
    couriers.catch(() => {});
    for (; kills < KILLS; kills++) {
      await untilSomethingRuns();
      await killAndStart();
    }
    deliveries = (await couriers).flat();
    context.diagnostic(`${deliveries.length} films, kills met ${JSON.stringify([...met])}`);
    assert.ok(deliveries.length >= 4, `${deliveries.length} films`);
    assert.ok(
      deliveries.some(({ broken }) => broken > 0),
      'no request broke: the kills never met an upload',
    );
    assert.ok(
      [...met.keys()].some((name) => name.startsWith('media.transcode')),
      `kills met ${JSON.stringify([...met])}`,
    );
  });

  it('makes every film whole, or says why not', async () => {
    const { client, token } = creator;
    const end = performance.now() + (SETTLING_SECONDS + MAKING_SECONDS * deliveries.length) * 1000;
    for (const { videoId, reel } of deliveries) {
      let video: Video;
      for (;;) {
        video = (await client.ask(`/api/v1/videos/${videoId}`, { token })).json<Video>();
        if (settled(video)) break;
        assert.ok(performance.now() < end, `${reel.name} is ${JSON.stringify([video.status, video.progress])}`);
        if (await hasLostItsJob()) await bringSweeper();
        await sleep(250);
      }
      const { becomes } = reel;
      if ('failure' in becomes) {
        assert.deepEqual([video.status, video.failure?.code], ['failed', becomes.failure]);
        continue;
      }
      assert.equal(video.status, 'ready', `${reel.name}: ${JSON.stringify(video.failure)}`);
      assert.ok(Math.abs((video.durationSeconds ?? 0) - becomes.seconds) < 0.1, `${video.durationSeconds}`);
      const { renditions } = await decodeHls(client, video.playback?.hls as string, folder);
      assert.deepEqual([...renditions.keys()].sort(), becomes.renditions);
      for (const [id, one] of renditions) {
        assert.deepEqual([one.complaints, one.ended], ['', true], `${reel.name} ${id}`);
        const listed = one.segments.reduce((sum, { seconds }) => sum + seconds, 0);
        assert.ok(
          Math.abs(listed - becomes.seconds) < 0.1 && Math.abs(one.seconds - becomes.seconds) < 0.1,
          `${id}: ${listed} ${one.seconds}`,
        );
        if (id !== 'audio') assert.equal(one.frames, becomes.seconds * 10, `${reel.name} ${id}`);
      }
    }
  });

  it('published each once, told of each once, and leaves nothing behind', async () => {
    const whole = deliveries.filter(({ reel }) => 'seconds' in reel.becomes).map(({ videoId }) => videoId);
    const published = await rows<{ id: string; times: number }>(
      `select payload ->> 'videoId' as id, count(*)::int as times from events.outbox where name = 'video.published' group by 1`,
    );
    assert.deepEqual(new Map(published.map(({ id, times }) => [id, times])), new Map(whole.map((id) => [id, 1])));
    const videos = await rows<{ id: string }>('select id from video.videos');
    assert.equal(videos.length, deliveries.length, 'one video for each delivery');

    const blobs = await createFileBlobs({ root: path.join(dataDir(), 'blobs'), logger: silentLogger });
    const end = performance.now() + 60_000;
    let faults = await findStoreFaults(blobs, database.ownerUrl);
    while (faults.orphans.length + faults.missing.length > 0 && performance.now() < end) {
      await sleep(500);
      faults = await findStoreFaults(blobs, database.ownerUrl);
    }
    assert.deepEqual(faults, { orphans: [], missing: [] });
    const left = await rows(
      `select name, state, failure from jobs.jobs where name like 'media.%' and name not like 'media.sweep%'
         and state not in ('done', 'cancelled') and failure is distinct from 'the worker that ran it died'`,
    );
    assert.deepEqual(left, [], 'nothing waits, and nothing failed but by a kill');
    const claimed = await rows(`select id, state, received, length from media.uploads where claimed_id is not null`);
    assert.deepEqual(claimed, [], 'uploads became sources');
    const [charged] = await rows<{ person: number; kept: number }>(
      `select (select sum(bytes)::int from media.person_usage) as person,
         (select sum(source_bytes + made_bytes)::int from media.assets) + (select coalesce(sum(length), 0)::int from media.uploads) as kept`,
    );
    assert.equal(charged?.person, charged?.kept);
    assert.deepEqual(
      (await processesSeeing(folder)).filter(({ command }) => /ffmpeg|ffprobe|bwrap/.test(command)),
      [],
    );
  });
});
