import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { HttpClient } from './http-client.ts';

export const NODE_SECRET = 'a secret of spawned nodes, long enough';
const MAIN = path.resolve(import.meta.dirname, '../../apps/server/src/main.ts');
const READY_LIMIT_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  /** Flags of `./madang up` but for `--port`. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Any free one when left out. */
  readonly port?: number;
}

/** A whole Madang as an operating-system process, which may be killed like one. */
export interface SpawnedNode {
  readonly port: number;
  readonly pid: number;
  /** All it has said so far. */
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<Ended>;
  /** A fresh cookie jar on a zone's host ('' → the bare host, the portal). */
  client(zoneId?: string): HttpClient;
  /** Sends the signal and waits for the end; `SIGKILL` when left out. Harmless when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Rate limits that no test of faults is about, lifted. */
const OPEN_LIMITS = {
  MADANG_LIMIT_API_ANONYMOUS: '1000000',
  MADANG_LIMIT_API_PERSON: '1000000',
  MADANG_LIMIT_GUESTS: '1000000',
  MADANG_LIMIT_SOCKETS: '1000',
  MADANG_LIMIT_SENDS: '1000000',
  MADANG_DEMO_FILMS: 'off',
};

/** What a node inherits of this process: nothing that could configure it. */
function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR !== undefined && { TMPDIR }) };
}

/** Starts `main.ts` and does not wait: for starts that are meant to fail. Never outlives this process. */
export async function launchNode({ args = [], environment = {}, port }: SpawnOptions): Promise<SpawnedNode> {
  const listening = port ?? (await freePort());
  const child = spawn(process.execPath, [MAIN, '--port', String(listening), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(), MADANG_LOG_LEVEL: 'warn', ...OPEN_LIMITS, ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  // 'close' comes after the last word of both streams was read, and also when the program could not be started.
  child.once('close', (code, signal) => {
    process.off('exit', endWithUs);
    resolve({ code, signal });
  });
  child.once('error', (error) => {
    stderr += `${error.message}\n`;
  });
  return {
    port: listening,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    client: (zoneId = '') => new HttpClient(listening, zoneId === '' ? 'localhost' : `${zoneId}.localhost`),
    kill(signal = 'SIGKILL') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Starts a node and waits for its `madang ready at` line. Rejects with what it said when it ends or takes too long. */
export async function spawnNode(options: SpawnOptions): Promise<SpawnedNode> {
  const node = await launchNode(options);
  const end = performance.now() + READY_LIMIT_MS;
  let over: Ended | undefined;
  void node.ended.then((ended) => {
    over = ended;
  });
  while (!node.stdout().includes('madang ready at')) {
    if (over !== undefined || performance.now() > end) {
      await node.kill();
      throw new Error(`the node did not become ready (${JSON.stringify(over ?? 'in time')}):\n${node.stdout()}\n${node.stderr()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return node;
}

/** Environment of a node on an outside database, and Redis where there are several. */
export function onDatabase(url: string, redisUrl?: string): Record<string, string> {
  return { DATABASE_URL: url, MADANG_SECRET: NODE_SECRET, ...(redisUrl !== undefined && { REDIS_URL: redisUrl }) };
}

/**
 * Processes that were started with a folder of this name, or see it from inside a sandbox: bubblewrap's, and ffmpeg in it, whose
 * own words name no folder.
 */
export async function processesSeeing(folder: string): Promise<{ readonly pid: number; readonly command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const [command = '', mounts = ''] = await Promise.all(
      ['cmdline', 'mountinfo'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
    );
    if (command.includes(folder) || mounts.includes(folder))
      found.push({ pid: Number(name), command: command.replaceAll('\0', ' ').trim() });
  }
  return found;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
