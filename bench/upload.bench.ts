/** A large file through tus beside a bare tus server. See README.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readNumbers } from './harness/arguments.ts';
import { cpuSeconds, residentMegabytes, withBusyShare } from './harness/cpu.ts';
import { FILM_ZONE, makeCreator } from './harness/creator.ts';
import { alternate, median, type Ratio, ratioOf, ratioText } from './harness/figures.ts';
import { hostOf } from './harness/people.ts';
import { Generator } from './harness/processes.ts';
import { record, say } from './harness/record.ts';
import { type Server, startMadang, startPeer, startPostgres } from './harness/servers.ts';
import type { UploadLoad, UploadResult } from './harness/upload-load.ts';

/** 16 MiB is what the browser sends in one request; `--piece 1000000` sends all in one. */
const flags = readNumbers({ rounds: 5, megabytes: 1000, warmup: 100, piece: 16 * 1.048576 });
const LOOK_EVERY_MS = 100;

interface Contestant {
  readonly name: string;
  readonly server: Server;
  readonly pids: readonly number[];
  readonly load: Omit<UploadLoad, 'bytes'>;
}
interface Window {
  readonly megabytesPerSecond: number;
  /** MB taken in with one CPU-second. */
  readonly megabytesPerCpu: number;
  /** What the server's process grew by at most, MB, and what was left of that. */
  readonly grown: number;
  readonly kept: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'madang-bench-'));
const generator = new Generator(path.join(import.meta.dirname, 'harness/upload-load.ts'));

/** The most memory while `work` runs. */
async function withPeak<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; peak: number }> {
  let peak = residentMegabytes(pid);
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(pid));
  }, LOOK_EVERY_MS);
  try {
    return { result: await work(), peak };
  } finally {
    clearInterval(timer);
  }
}

async function measure({ name, server, pids, load }: Contestant, megabytes: number): Promise<Window> {
  const bytes = megabytes * 1e6;
  // what the one before left to be written is not this one's
  spawnSync('sync', ['-f', folder]);
  const memory = residentMegabytes(server.pid);
  const before = cpuSeconds(pids);
  const { result, busy } = await withBusyShare(() =>
    withPeak(server.pid, () => generator.ask<UploadResult>('upload', { ...load, bytes } satisfies UploadLoad)),
  );
  const cpu = cpuSeconds(pids) - before;
  const { seconds, path: at } = result.result;
  const window: Window = {
    megabytesPerSecond: megabytes / seconds,
    megabytesPerCpu: megabytes / cpu,
    grown: result.peak - memory,
    kept: residentMegabytes(server.pid) - memory,
  };
  say(
    `  ${name}: ${window.megabytesPerSecond.toFixed(0)} MB/s, ${window.megabytesPerCpu.toFixed(0)} MB per CPU-s, ` +
      `memory ${memory.toFixed(0)} MB, at most +${window.grown.toFixed(0)}, then +${window.kept.toFixed(0)}, machine ${(busy * 100).toFixed(0)} % busy`,
  );
  await generator.ask('remove', { ...load, bytes, path: at });
  await delay(500);
  return window;
}

const postgres = await startPostgres();
try {
  const dataDir = path.join(folder, 'madang');
  const ours = await startMadang({ databaseUrl: postgres.url, dataDir });
  const theirs = await startPeer('bare-tus', { FOLDER: path.join(folder, 'tus') });
  const pieceBytes = Math.round(flags.piece * 1e6);
  const { token } = await makeCreator(ours.port);
  const a: Contestant = {
    name: 'Madang',
    server: ours,
    pids: [ours.pid, postgres.pid],
    load: { port: ours.port, host: hostOf(ours.port, FILM_ZONE), token, pieceBytes },
  };
  const b: Contestant = {
    name: '@tus/server',
    server: theirs,
    pids: [theirs.pid],
    load: { port: theirs.port, host: `localhost:${theirs.port}`, pieceBytes },
  };
  say(
    `\n${flags.megabytes} MB in requests of ${(pieceBytes / 1e6).toFixed(1)} MB: Madang (A) and bare @tus/server with its file store (B)`,
  );
  for (const contestant of [a, b]) await measure(contestant, flags.warmup);
  const windows = await alternate(flags.rounds, a, b, (contestant) => measure(contestant, flags.megabytes));
  const of = (side: 'a' | 'b', key: keyof Window): number[] => windows[side].map((window) => window[key]);
  const ratio = (key: keyof Window): Ratio => ratioOf(of('a', key), of('b', key));
  record(
    `upload of ${flags.megabytes} MB: ${ratioText(ratio('megabytesPerSecond'))} of a bare tus server's throughput (goal ≥ 0.9), ` +
      `${ratioText(ratio('megabytesPerCpu'))} of its bytes per CPU-second; ${median(of('a', 'megabytesPerSecond')).toFixed(0)} and ` +
      `${median(of('b', 'megabytesPerSecond')).toFixed(0)} MB/s, ${median(of('a', 'megabytesPerCpu')).toFixed(0)} and ${median(of('b', 'megabytesPerCpu')).toFixed(0)} MB per CPU-second`,
  );
  const grown = of('a', 'grown');
  record(
    `upload of ${flags.megabytes} MB, memory: at most ${median(grown).toFixed(0)} MB (${Math.min(...grown).toFixed(0)}–${Math.max(...grown).toFixed(0)}) above its start, ` +
      `${median(of('a', 'kept')).toFixed(0)} MB when done; bare tus ${median(of('b', 'grown')).toFixed(0)} MB`,
  );
  await ours.stop();
  await theirs.stop();
} finally {
  await generator.stop();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}
