import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbedded } from '@madang/db';
import { silentLogger } from '@madang/kernel';
import pg from 'pg';
import { freePort, type RunningProcess, startProgram } from './processes.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
/** Demo zone whose guests may open rooms. */
export const ZONE = 'talk';

/** Limits out of the way of a load that no person makes, and no films of the demo being made beside it; everything else is as installed. */
const OPEN_LIMITS = {
  MADANG_DEMO_FILMS: 'off',
  MADANG_LIMIT_API_ANONYMOUS: '100000000',
  MADANG_LIMIT_API_PERSON: '100000000',
  MADANG_LIMIT_PAGES: '100000000',
  MADANG_LIMIT_SOCKETS: '100000',
  MADANG_LIMIT_GUESTS: '100000000',
  MADANG_LIMIT_SENDS: '100000000',
  MADANG_LOG_LEVEL: 'warn',
};
const SECRET = 'the secret of a bench, which guards nothing';

export interface Postgres {
  readonly url: string;
  /** The postmaster: every backend is its child. */
  readonly pid: number;
  close(): Promise<void>;
}

/** PostgreSQL as Madang starts it, settings and durability included, in `folder` or in one that is thrown away. */
export async function startPostgres(folder?: string): Promise<Postgres> {
  const temporary = folder === undefined ? mkdtempSync(path.join(tmpdir(), 'madang-bench-')) : undefined;
  if (temporary !== undefined) chmodSync(temporary, 0o755); // root runs PostgreSQL as another user
  const server = await startEmbedded({ dataDir: path.join(folder ?? temporary ?? '', 'postgres'), logger: silentLogger });
  const [row] = await query<{ pid: string }>(server.ownerUrl, "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as pid");
  return {
    url: server.ownerUrl,
    pid: Number(row?.pid),
    async close() {
      await server.close();
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  };
}

export async function query<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

export interface Server extends RunningProcess {
  readonly port: number;
}

/** A Redis that keeps nothing. */
export async function startRedis(): Promise<Server> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return { port, ...(await startProgram('redis-server', args, { ready: 'Ready to accept connections', cwd: tmpdir() })) };
}

/** `./madang up` as a process of its own, with the demo's zones. Its data folder goes with it unless one is given. */
export async function startMadang(options: {
  databaseUrl?: string;
  redisUrl?: string;
  dataDir?: string;
  environment?: Record<string, string>;
  nodeOptions?: readonly string[];
  /** Its pid is that of a process over it: see `reaped`. */
  reaped?: boolean;
}): Promise<Server> {
  const port = await freePort();
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'madang-bench-'));
  const environment: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    ...OPEN_LIMITS,
    ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl, MADANG_SECRET: SECRET }),
    ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }),
    ...options.environment,
  };
  const args = [...profiling(), ...(options.nodeOptions ?? []), '--disable-warning=ExperimentalWarning'];
  const main = path.join(ROOT, 'apps/server/src/main.ts');
  const server = await startProgram(process.execPath, [...args, main, '--port', String(port), '--data', dataDir], {
    ready: 'madang ready',
    environment,
    cwd: ROOT,
    ...(options.reaped === true && { reaped: true }),
  });
  return {
    ...server,
    port,
    async stop(signal) {
      await server.stop(signal);
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A program of `peers/`: it listens on `PORT` and says `ready`. */
export async function startPeer(name: string, environment: Record<string, string> = {}): Promise<Server> {
  const port = await freePort();
  const file = path.join(ROOT, 'bench/peers', `${name}.ts`);
  const server = await startProgram(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    ready: 'ready',
    environment: { NODE_ENV: 'production', PORT: String(port), ...environment },
    cwd: ROOT,
  });
  return { ...server, port };
}

/** `BENCH_PROFILE=folder` writes a CPU profile of every Madang process there; its figures are then not to be believed. */
function profiling(): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
