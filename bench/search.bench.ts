/** Searching among many videos, and trending while its list runs out under load on two nodes. See README.md. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { readNumbers } from './harness/arguments.ts';
import { cpuSeconds } from './harness/cpu.ts';
import { FILM_ZONE } from './harness/creator.ts';
import { median, percentile } from './harness/figures.ts';
import { HttpConnection } from './harness/http-connection.ts';
import type { HttpLoad, HttpResult } from './harness/http-load.ts';
import { hostOf } from './harness/people.ts';
import { Generator } from './harness/processes.ts';
import { record, say } from './harness/record.ts';
import { query, ROOT, type Server, startMadang, startPostgres, startRedis } from './harness/servers.ts';
import { fillWithVideos, type QueryKind, searchedWords, searchQueries } from './harness/videos-data.ts';

const flags = readNumbers({ rounds: 5, videos: 100_000, seconds: 6, warmup: 4, connections: 2, asked: 200, crowd: 200 });
const wanted = (part: string): boolean => flags.only.length === 0 || flags.only.includes(part);
const folder = path.join(ROOT, '.cache/bench', `search-${flags.videos}`);
const noteFile = path.join(folder, 'made');
const TRENDING = '/api/v1/videos?list=trending&limit=24';
const TRENDING_KEY = `madang:cache:video:trending:${FILM_ZONE}`;
const ELEVEN_MINUTES_MS = 660_000;
/** A backend tells what it read within ten seconds of falling idle. */
const COUNTED_AFTER_MS = 11_000;
const RESULTS = 25;

const generator = new Generator(path.join(import.meta.dirname, 'harness/http-load.ts'));

async function overHttp(server: Server, pids: readonly number[], kinds: readonly QueryKind[]): Promise<void> {
  const load = (names: readonly QueryKind[], seed: number, seconds: number): HttpLoad => ({
    port: server.port,
    host: hostOf(server.port, FILM_ZONE),
    connections: flags.connections,
    seconds,
    seed,
    tokens: [],
    kinds: [
      {
        name: 'search',
        share: 100,
        method: 'GET',
        status: 200,
        paths: names.flatMap(({ queries }) => queries.map((q) => `/api/v1/search?q=${encodeURIComponent(q)}`)),
      },
    ],
  });
  say(`\nSearch over HTTP, ${flags.connections} at a time`);
  await generator.ask('run', load(kinds, 0, flags.warmup));
  for (const kind of kinds) {
    const { p50, p95 } = await generator.ask<HttpResult>('run', load([kind], 1, Math.max(1, flags.seconds / kinds.length)));
    say(`  ${kind.name}: p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms`);
  }
  const windows: (HttpResult & { cpu: number })[] = [];
  for (let round = 0; round < flags.rounds; round++) {
    const before = cpuSeconds(pids);
    const result = await generator.ask<HttpResult>('run', load(kinds, 2 + round, flags.seconds));
    windows.push({ ...result, cpu: ((cpuSeconds(pids) - before) / result.requests) * 1000 });
    say(
      `  all kinds: p50 ${result.p50.toFixed(1)}, p95 ${result.p95.toFixed(1)}, p99 ${result.p99.toFixed(1)} ms, ${result.perSecond.toFixed(0)}/s`,
    );
  }
  const of = (key: 'p50' | 'p95' | 'p99' | 'cpu'): string => median(windows.map((window) => window[key])).toFixed(1);
  record(
    `search among ${flags.videos} videos over HTTP, ${flags.connections} at a time, eight kinds of query in equal parts: p50 ${of('p50')}, ` +
      `p95 ${of('p95')} ms (goal ≤ 30), p99 ${of('p99')} ms; ${of('cpu')} ms of CPU each`,
  );
}

async function inSql(url: string, kinds: readonly QueryKind[]): Promise<void> {
  say('\nThe statement that finds them, one at a time');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`select set_config('app.zone', $1, false)`, [FILM_ZONE]);
    const statement = {
      name: 'find',
      text: 'select video_id from video.find_videos($1::text[], $2::text[], $3::integer)',
    };
    const times: number[] = [];
    for (const { name, queries } of kinds) {
      const own: number[] = [];
      let found = 0;
      for (const q of queries.slice(0, flags.asked)) {
        const started = performance.now();
        const { rows } = await client.query(statement, [...searchedWords(q), RESULTS]);
        own.push(performance.now() - started);
        if (rows.length > 0) found++;
      }
      say(
        `  ${name}: p50 ${percentile(own, 0.5).toFixed(1)}, p95 ${percentile(own, 0.95).toFixed(1)} ms, something found by ${found} of ${own.length}`,
      );
      times.push(...own);
    }
    record(
      `search among ${flags.videos} videos, the statement alone: p50 ${percentile(times, 0.5).toFixed(1)}, p95 ${percentile(times, 0.95).toFixed(1)} ms`,
    );
  } finally {
    await client.end();
  }
}

/** How often the table was read that only a new list reads. */
async function readsOfViews(url: string): Promise<number> {
  await delay(COUNTED_AFTER_MS);
  const [row] = await query<{ reads: string }>(
    url,
    `select seq_scan + coalesce(idx_scan, 0) as reads from pg_stat_user_tables where schemaname = 'video' and relname = 'daily_views'`,
  );
  return Number(row?.reads);
}

/** All ask at the same moment, half of them on each node. Milliseconds of each. */
async function crowd(nodes: readonly Server[], people: number): Promise<number[]> {
  const connections = await Promise.all(
    Array.from({ length: people }, (_, at) => {
      const { port } = nodes[at % nodes.length] as Server;
      return HttpConnection.open({ port, host: hostOf(port, FILM_ZONE) });
    }),
  );
  const started = performance.now();
  const times = await Promise.all(
    connections.map(async (connection) => {
      const { status, body } = await connection.ask({ path: TRENDING });
      const took = performance.now() - started;
      if (status !== 200 || body.length < 5000) throw new Error(`trending: ${status} ${body.toString('utf8', 0, 300)}`);
      return took;
    }),
  );
  for (const connection of connections) connection.close();
  return times;
}

async function trending(url: string, redis: Server, nodes: readonly Server[]): Promise<void> {
  const redisSays = (...words: string[]): string =>
    execFileSync('redis-cli', ['-p', `${redis.port}`, ...words], { encoding: 'utf8' }).trim();
  const runOut: Record<string, () => void> = {
    'ten minutes old': () => {
      const list = JSON.parse(redisSays('get', TRENDING_KEY)) as { at: number };
      redisSays('set', TRENDING_KEY, JSON.stringify({ ...list, at: Date.now() - ELEVEN_MINUTES_MS }), 'ex', '3600');
    },
    gone: () => void redisSays('del', TRENDING_KEY),
  };
  say(`\nTrending, asked for by ${flags.crowd} at once on ${nodes.length} nodes while there is no list or an old one`);
  await crowd(nodes, flags.crowd);
  let reads = await readsOfViews(url);
  runOut.gone?.();
  await crowd(nodes, 1);
  const each = (await readsOfViews(url)) - reads;
  if (each < 1) throw new Error('a new list is made without reading the views');
  reads += each;
  for (const [name, expire] of Object.entries(runOut)) {
    const counts: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < flags.rounds; round++) {
      expire();
      times.push(...(await crowd(nodes, flags.crowd)));
      const now = await readsOfViews(url);
      counts.push((now - reads) / each);
      reads = now;
    }
    record(
      `trending, its list ${name}, ${flags.crowd} requests at once on two nodes: made ${Math.min(...counts)}–${Math.max(...counts)} times (goal once) ` +
        `in each of ${counts.length}; p50 ${percentile(times, 0.5).toFixed(0)}, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
    );
  }
}

mkdirSync(folder, { recursive: true });
const postgres = await startPostgres(folder);
const redis = await startRedis();
try {
  const start = () => startMadang({ databaseUrl: postgres.url, redisUrl: `redis://127.0.0.1:${redis.port}` });
  const first = await start();
  if (!existsSync(noteFile)) {
    say(`${flags.videos} videos are made; they are kept`);
    await fillWithVideos(postgres.url, flags.videos, (made) => made % 25_000 === 0 && say(`  ${made}`));
    writeFileSync(noteFile, '');
  }
  const titles = await query<{ title: string }>(
    postgres.url,
    `select title from video.videos where upload_id like 'upload_bench%' order by md5(id) limit 300`,
  );
  const kinds = searchQueries(titles.map(({ title }) => title));
  if (wanted('sql')) await inSql(postgres.url, kinds);
  if (wanted('http')) await overHttp(first, [first.pid, postgres.pid], kinds);
  if (wanted('trending')) {
    const second = await start();
    await trending(postgres.url, redis, [first, second]);
    await second.stop();
  }
  await first.stop();
} finally {
  await generator.stop();
  await redis.stop();
  await postgres.close();
}
