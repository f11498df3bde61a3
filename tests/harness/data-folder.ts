import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Closable } from '@madang/kernel';

/** A data folder for a node that keeps its own PostgreSQL, and a hand on that PostgreSQL. */
export interface DataFolder extends Closable {
  readonly path: string;
  /** The postmaster that the lock file names and that lives, or undefined. */
  postmaster(): number | undefined;
  /** The postmaster and every process it started. */
  postgresProcesses(): Promise<number[]>;
  ownerUrl(): string;
}

export function makeDataFolder(): DataFolder {
  const parent = mkdtempSync(path.join(tmpdir(), 'madang-faults-'));
  chmodSync(parent, 0o755); // root runs PostgreSQL as another user
  const folder = path.join(parent, 'data');
  const cluster = path.join(folder, 'postgres', 'cluster');
  const lockLines = (): string[] => {
    try {
      return readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    } catch {
      return [];
    }
  };
  const postmaster = (): number | undefined => {
    const pid = Number(lockLines()[0]);
    return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
  };
  /** A keeper that was killed leaves its server running on purpose; so may a test that fails. */
  const endPostgres = () => {
    const pid = postmaster();
    if (pid !== undefined) process.kill(pid, 'SIGQUIT');
  };
  process.once('exit', endPostgres);
  return {
    path: folder,
    postmaster,
    async postgresProcesses() {
      const pid = postmaster();
      return pid === undefined ? [] : [pid, ...(await childrenOf(pid))];
    },
    ownerUrl() {
      const password = readFileSync(path.join(folder, 'postgres', 'owner-password'), 'utf8').trim();
      return `postgres://madang_owner:${password}@127.0.0.1:${lockLines()[3]}/madang`;
    },
    async close() {
      const pid = postmaster();
      endPostgres();
      while (pid !== undefined && isAlive(pid)) await sleep(20);
      process.off('exit', endPostgres);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // "pid (name) state ppid": the name may hold anything, so count from its closing parenthesis.
    if (Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2]) === parent) children.push(Number(name));
  }
  return children;
}
