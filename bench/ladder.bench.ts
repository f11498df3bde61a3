/** What making a film costs beside bare ffmpeg, and how soon it plays. See README.md. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Video } from '@madang/video/contract';
import { settled } from '../tests/harness/films.ts';
import type { SignedIn } from '../tests/harness/start-test-madang.ts';
import { readNumbers } from './harness/arguments.ts';
import { cpuSeconds, ownCpuSeconds, withBusyShare } from './harness/cpu.ts';
import { makeCreator } from './harness/creator.ts';
import { median, ratioOf, ratioText } from './harness/figures.ts';
import { filmSource } from './harness/film-source.ts';
import { removeFilm, uploadFilm } from './harness/film-upload.ts';
import { firstSegments, makingOf } from './harness/first-segments.ts';
import type { LadderAsk, LadderMade } from './harness/ladder-maker.ts';
import { Generator } from './harness/processes.ts';
import { insideReaper } from './harness/reaper.ts';
import { record, say } from './harness/record.ts';
import { type Postgres, query, type Server, startMadang, startPostgres } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, seconds: 24, height: 1080, idle: 10, long: 600, short: 60 });
const wanted = (part: string): boolean => flags.only.length === 0 || flags.only.includes(part);
const READY_LIMIT_SECONDS = 900;
const PLAYABLE_LIMIT_MS = 120_000;
const ASK_EVERY_MS = 20;
/** As often as a page that watches is told: asking costs the server too, and is not what is measured. */
const ASK_UNTIL_READY_EVERY_MS = 1000;

interface Cost {
  /** CPU-seconds: of all, of Node alone, of ffmpeg with what confines it, of the database. */
  readonly cpu: number;
  readonly node: number;
  readonly ffmpeg: number;
  readonly database: number;
  readonly seconds: number;
  readonly rungs: readonly string[];
}

const maker = new Generator(path.join(import.meta.dirname, 'harness/ladder-maker.ts'), { reaped: true });

/** What the maker and all that runs under it use for one ladder. */
async function ladderBy(by: LadderAsk['by'], source: string): Promise<Cost> {
  const before = cpuSeconds([maker.pid]);
  const { own, seconds, rungs } = await maker.ask<LadderMade>('make', { by, source } satisfies LadderAsk);
  const cpu = cpuSeconds([maker.pid]) - before;
  return { cpu, node: own, ffmpeg: cpu - own, database: 0, seconds, rungs };
}

/** The server at rest, CPU-seconds a second: as much of it is not the film's. */
async function idleRate(server: Server, postgres: Postgres): Promise<number> {
  const pids = [server.pid, postgres.pid];
  await delay(3000);
  const before = cpuSeconds(pids);
  await delay(flags.idle * 1000);
  return (cpuSeconds(pids) - before) / flags.idle;
}

/** From the first byte of an upload until the film is ready, with its pictures and all. */
async function product(server: Server, postgres: Postgres, who: SignedIn, source: string, idle: number): Promise<Cost> {
  const node = insideReaper(server.pid);
  const before = { node: ownCpuSeconds(node), server: cpuSeconds([server.pid]), database: cpuSeconds([postgres.pid]) };
  const started = performance.now();
  const { video } = await uploadFilm(who, source);
  const made = await untilSettled(who, video.id);
  if (made.status !== 'ready') throw new Error(`the film is ${JSON.stringify(made.failure)}`);
  const seconds = (performance.now() - started) / 1000;
  const own = ownCpuSeconds(node) - before.node;
  const all = cpuSeconds([server.pid]) - before.server;
  const database = cpuSeconds([postgres.pid]) - before.database;
  const rungs = made.progress.rungs.map(({ id }) => id);
  const cost = { cpu: all + database - idle * seconds, node: own, ffmpeg: all - own, database, seconds, rungs };
  await removeFilm(who, video.id);
  return cost;
}

async function untilSettled(who: SignedIn, videoId: string): Promise<Video> {
  const end = performance.now() + READY_LIMIT_SECONDS * 1000;
  for (;;) {
    await delay(ASK_UNTIL_READY_EVERY_MS);
    const answer = await who.client.ask(`/api/v1/videos/${videoId}`, { token: who.token });
    const video = answer.json<Video>();
    if (settled(video)) return video;
    if (performance.now() > end) throw new Error(`not ready in time: ${answer.text}`);
  }
}

async function ladder(server: Server, postgres: Postgres, who: SignedIn): Promise<void> {
  const source = await filmSource(flags.height, flags.seconds);
  const idle = await idleRate(server, postgres);
  say(`\nThe ladder of ${flags.seconds} s; the server at rest takes ${(idle * 100).toFixed(2)} % of a processor`);
  // the first one finds the tools
  await ladderBy('encode', await filmSource(360, 4));
  const contestants = {
    encode: () => ladderBy('encode', source),
    bare: () => ladderBy('bare', source),
    product: () => product(server, postgres, who, source, idle),
  };
  const costs = { encode: [] as Cost[], bare: [] as Cost[], product: [] as Cost[] };
  for (let round = 0; round < flags.rounds; round++) {
    for (const name of ['encode', 'bare', 'product'] as const) {
      const { result, busy } = await withBusyShare(contestants[name]);
      costs[name].push(result);
      say(
        `  ${name}: ${result.cpu.toFixed(2)} CPU-s (ffmpeg ${result.ffmpeg.toFixed(2)}, Node ${result.node.toFixed(2)}, database ${result.database.toFixed(2)}), ` +
          `${result.seconds.toFixed(1)} s, machine ${(busy * 100).toFixed(0)} % busy`,
      );
    }
  }
  const ladders = new Set(Object.values(costs).flatMap((each) => each.map(({ rungs }) => rungs.toSorted().join(' '))));
  if (ladders.size > 1) throw new Error(`not the same rungs: ${[...ladders].join('; ')}`);
  const of = (name: keyof typeof costs, key: 'cpu' | 'node' | 'database' | 'seconds'): number[] => costs[name].map((cost) => cost[key]);
  const what = `${flags.height}p30, ${flags.seconds} s, ${costs.bare[0]?.rungs.length} rungs and sound`;
  record(
    `ladder of ${what}, encoder alone: ${ratioText(ratioOf(of('encode', 'cpu'), of('bare', 'cpu')))} of bare ffmpeg's CPU (goal ≤ 1.03); ` +
      `${median(of('encode', 'cpu')).toFixed(2)} (${median(of('encode', 'node')).toFixed(2)} of it Node) and ${median(of('bare', 'cpu')).toFixed(2)} CPU-s, ` +
      `${median(of('encode', 'seconds')).toFixed(1)} and ${median(of('bare', 'seconds')).toFixed(1)} s`,
  );
  record(
    `ladder of ${what}, whole product from upload to ready (pictures, storyboard and waveform with it): ` +
      `${ratioText(ratioOf(of('product', 'cpu'), of('bare', 'cpu')))} of bare ffmpeg's CPU (goal ≤ 1.03); ${median(of('product', 'cpu')).toFixed(2)} CPU-s ` +
      `(Node ${median(of('product', 'node')).toFixed(2)}, database ${median(of('product', 'database')).toFixed(2)}), ${median(of('product', 'seconds')).toFixed(1)} s`,
  );
}

/** Seconds from the last acknowledged byte until status, master and every rendition's first segment are there. */
async function firstPlayable(postgres: Postgres, who: SignedIn, source: string): Promise<number> {
  const { video, clock, since } = await uploadFilm(who, source);
  for (;;) {
    const answer = await who.client.ask(`/api/v1/videos/${video.id}`, { token: who.token });
    const { status, playback, failure } = answer.json<typeof video>();
    if (failure !== null) throw new Error(JSON.stringify(failure));
    if (playback !== null && (status === 'playable' || status === 'ready')) {
      const known = performance.now() - since;
      const renditions = await firstSegments(who.client, playback.hls);
      const seconds = (performance.now() - since) / 1000;
      say(
        `  ${seconds.toFixed(2)} s (${(known / 1000).toFixed(2)} to the status), ${renditions} renditions; ${await makingOf(postgres.url, video.id, clock)}`,
      );
      await removeFilm(who, video.id);
      await untilNothingIsMade(postgres);
      return seconds;
    }
    if (performance.now() - since > PLAYABLE_LIMIT_MS) throw new Error(`not playable in time: ${answer.text}`);
    await delay(ASK_EVERY_MS);
  }
}

/** The film was taken back: its encoder is gone before the next one comes. */
async function untilNothingIsMade(postgres: Postgres): Promise<void> {
  for (;;) {
    const busy = await query(postgres.url, "select from jobs.jobs where name like 'media.%' and state in ('queued', 'running')");
    if (busy.length === 0) break;
    await delay(200);
  }
  await delay(1000);
}

async function playable(postgres: Postgres, who: SignedIn): Promise<void> {
  for (const { height, seconds, goal } of [
    { height: 360, seconds: flags.long, goal: 2 },
    { height: flags.height, seconds: flags.short, goal: 5 },
  ]) {
    const source = await filmSource(height, seconds);
    say(`\nFrom the last byte of ${seconds} s at ${height}p until it plays`);
    await firstPlayable(postgres, who, source);
    const times: number[] = [];
    for (let round = 0; round < flags.rounds; round++) times.push(await firstPlayable(postgres, who, source));
    record(
      `first playable, ${seconds} s at ${height}p30: ${median(times).toFixed(2)} s (${Math.min(...times).toFixed(2)}–${Math.max(...times).toFixed(2)}) ` +
        `from the last byte until status, master and every first segment (goal ≤ ${goal} s)`,
    );
  }
}

const postgres = await startPostgres();
try {
  const server = await startMadang({ databaseUrl: postgres.url, reaped: true });
  const who = await makeCreator(server.port);
  if (wanted('playable')) await playable(postgres, who);
  if (wanted('ladder')) await ladder(server, postgres, who);
  await server.stop();
} finally {
  await maker.stop();
  await postgres.close();
}
