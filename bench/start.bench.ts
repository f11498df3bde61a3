/** Starting: with an empty data folder, again, and what a server that nobody talks to costs. See README.md. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readNumbers } from './harness/arguments.ts';
import { untilPage } from './harness/ask-page.ts';
import { cpuSeconds, residentMegabytes } from './harness/cpu.ts';
import { alternate, median, ratioOf, ratioText } from './harness/figures.ts';
import { hostOf } from './harness/people.ts';
import { record, say } from './harness/record.ts';
import { type Server, startMadang, startPeer } from './harness/servers.ts';

const flags = readNumbers({ rounds: 5, idle: 30, watch: 20 });
const wanted = (part: string): boolean => flags.only.length === 0 || flags.only.includes(part);

const emptyFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'madang-bench-start-'));
  chmodSync(folder, 0o755); // root runs PostgreSQL as another user
  return folder;
};
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
const spread = (values: readonly number[]): string =>
  `${seconds(median(values))} s (${seconds(Math.min(...values))}–${seconds(Math.max(...values))})`;

async function startAndAsk(
  start: () => Promise<Server>,
  host: (port: number) => string,
): Promise<{ server: Server; milliseconds: number }> {
  const since = performance.now();
  const server = await start();
  return { server, milliseconds: await untilPage(server.port, host(server.port), '/', since) };
}

async function firstStarts(): Promise<void> {
  say('\nFrom an empty folder to the first page');
  const times: number[] = [];
  for (let round = 0; round < flags.rounds; round++) {
    const dataDir = emptyFolder();
    const { server, milliseconds } = await startAndAsk(() => startMadang({ dataDir }), hostOf);
    times.push(milliseconds);
    say(`  ${seconds(milliseconds)} s`);
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  record(`first start, empty folder to first page (database made, migrated, demo seeded): ${spread(times)}`);
}

async function laterStarts(): Promise<void> {
  say('\nStarting again, to the first page (A), and bare Node with its database to its first answer (B)');
  const folders = { madang: emptyFolder(), bare: emptyFolder() };
  const contestants = {
    madang: () => startAndAsk(() => startMadang({ dataDir: folders.madang }), hostOf),
    bare: () =>
      startAndAsk(
        () => startPeer('bare-start', { DATA: path.join(folders.bare, 'postgres') }),
        () => 'localhost',
      ),
  };
  for (const start of Object.values(contestants)) await (await start()).server.stop(); // makes the databases
  const { a, b } = await alternate(flags.rounds, contestants.madang, contestants.bare, async (start) => {
    const { server, milliseconds } = await start();
    say(`  ${seconds(milliseconds)} s`);
    await server.stop();
    return milliseconds;
  });
  record(`second start to first page: ${spread(a)} (goal ≤ 3 s), ${ratioText(ratioOf(a, b))} of bare Node with PostgreSQL, ${spread(b)}`);
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
}

async function idle(): Promise<void> {
  say(`\nNobody there: after ${flags.idle} s, for ${flags.watch} s`);
  const dataDir = emptyFolder();
  await (await startMadang({ dataDir })).stop();
  const server = await startMadang({ dataDir });
  await untilPage(server.port, hostOf(server.port), '/', performance.now());
  await delay(flags.idle * 1000);
  const memory = residentMegabytes(server.pid);
  const before = cpuSeconds([server.pid]);
  await delay(flags.watch * 1000);
  const share = ((cpuSeconds([server.pid]) - before) / flags.watch) * 100;
  record(
    `idle: server process ${memory.toFixed(0)} MB RSS ${flags.idle} s after its first page (goal ≤ 220), ${share.toFixed(2)} % of a processor with its database over ${flags.watch} s (goal ≤ 0.5)`,
  );
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

if (wanted('first')) await firstStarts();
if (wanted('again')) await laterStarts();
if (wanted('idle')) await idle();
