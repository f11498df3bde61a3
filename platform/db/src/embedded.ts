import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Closable, Logger } from '@madang/kernel';
import pg from 'pg';
import { sqlStateOf } from './database-errors.ts';
import { EmbeddedDatabaseError, type Host, prepareHost } from './embedded-host.ts';
import { isAlive, isServerOf, readPostmaster, waitForExit } from './postmaster.ts';

export interface EmbeddedOptions {
  /** Holds the cluster, the owner's password, the port and the server's log. */
  readonly dataDir: string;
  /** Refused when busy. When left out: the one used last, or any that is free. */
  readonly port?: number;
  /** False gives up crash safety for speed: tests only. */
  readonly durable?: boolean;
  /** More settings, `name=value`. */
  readonly flags?: readonly string[];
  readonly logger: Logger;
}

export interface EmbeddedDatabase extends Closable {
  /** The owner of database `madang`, a superuser. */
  readonly ownerUrl: string;
  readonly port: number;
  /** The cluster was made just now. */
  readonly initialised: boolean;
  /** It was still running after its last parent died. */
  readonly adopted: boolean;
}

const OWNER = 'madang_owner';
const DATABASE = 'madang';
/** Any number, the same in every Madang: whoever holds it looks after this cluster. */
export const KEEPER_LOCK = 6_273_264;
const LOCK_ATTEMPTS = 15;
const INVALID_PASSWORD = '28P01';
const CANNOT_CONNECT_NOW = '57P03';
const READY_LIMIT_MS = 60_000; // recovery after a crash reads the log of what was not yet written
const STOP_LIMIT_MS = 30_000;
const MOST_LOG_BYTES = 10 * 1024 * 1024;

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=128MB',
  'effective_cache_size=1GB',
  'random_page_cost=1.1',
  'max_wal_size=1GB',
  'checkpoint_timeout=15min',
  'jit=off', // every statement here is short: compiling it costs more than it gives
  'timezone=UTC',
  'log_timezone=UTC',
  'logging_collector=off',
  'log_checkpoints=off',
  'idle_in_transaction_session_timeout=60s',
];
const UNSAFE_SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off'];

/**
 * PostgreSQL 18 from npm. One program at a time keeps a cluster: the keeper holds an advisory lock for as long as it lives, so
 * a server left over from a keeper that was killed is adopted and one in use is refused. A server that dies is started again.
 * Throws `EmbeddedDatabaseError` for what a person can put right.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const host = prepareHost(path.resolve(options.dataDir));
  if (host.dataDir !== path.resolve(options.dataDir)) {
    options.logger.info({ folder: host.dataDir }, 'the database lives where the postgres user can reach it');
  }
  makeFolder(host);
  const cluster = path.join(host.dataDir, 'cluster');
  const initialised = !existsSync(path.join(cluster, 'PG_VERSION'));
  const password = readPassword(host, initialised);
  if (initialised) initialise(host, cluster);

  const keeper = new Keeper(host, cluster, password, options);
  try {
    await keeper.start();
  } catch (error) {
    await keeper.close();
    throw error;
  }
  return {
    ownerUrl: keeper.url(DATABASE),
    port: keeper.port,
    initialised,
    adopted: keeper.adopted,
    close: () => keeper.close(),
  };
}

class Keeper {
  readonly #host: Host;
  readonly #cluster: string;
  readonly #password: string;
  readonly #options: EmbeddedOptions;
  #port = 0;
  #pid = 0;
  #adopted = false;
  #lock: pg.Client | undefined;
  #closing: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;

  constructor(host: Host, cluster: string, password: string, options: EmbeddedOptions) {
    this.#host = host;
    this.#cluster = cluster;
    this.#password = password;
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }
  get adopted(): boolean {
    return this.#adopted;
  }

  url(database: string): string {
    return `postgres://${OWNER}:${this.#password}@127.0.0.1:${this.#port}/${database}`;
  }

  async start(): Promise<void> {
    this.#adopted = await this.#adopt();
    if (!this.#adopted) {
      this.#port = await this.#choosePort();
      await this.#spawn();
    }
    await this.#takeLock();
    await this.#ensureDatabase();
  }

  /** Waits for the server to stop; what was acknowledged is on disk then. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    await this.#restarting?.catch(() => undefined);
    const held = this.#lock !== undefined;
    this.#lock?.removeAllListeners('end');
    await this.#lock?.end().catch(() => undefined);
    this.#lock = undefined;
    if (this.#pid === 0 || !(held || !this.#adopted)) return; // another keeper's server is not ours to stop
    this.#signal('SIGINT');
    if (await waitForExit(this.#pid, STOP_LIMIT_MS)) return;
    this.#options.logger.warn(
      { pid: this.#pid },
      'the database did not stop in time and is stopped at once; it recovers at its next start',
    );
    this.#signal('SIGQUIT');
    await waitForExit(this.#pid, STOP_LIMIT_MS);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(this.#pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** True when a server of this cluster runs already; clears away the lock file of one that does not. */
  async #adopt(): Promise<boolean> {
    let running = readPostmaster(this.#cluster);
    if (running === undefined) return false;
    if (!isServerOf(this.#cluster, running.pid)) {
      rmSync(path.join(this.#cluster, 'postmaster.pid'), { force: true });
      return false;
    }
    const end = performance.now() + READY_LIMIT_MS;
    while (running !== undefined && running.status !== 'ready' && isAlive(running.pid) && performance.now() < end) {
      await delay(20);
      running = readPostmaster(this.#cluster);
    }
    if (running?.status !== 'ready' || !isAlive(running.pid)) return false;
    this.#port = running.port;
    this.#pid = running.pid;
    return true;
  }

  async #choosePort(): Promise<number> {
    const file = path.join(this.#host.dataDir, 'port');
    const { port: wanted } = this.#options;
    if (wanted !== undefined) {
      if (!(await isFree(wanted))) {
        throw new EmbeddedDatabaseError(`Port ${wanted} is in use by another program; stop it or choose another database port.`);
      }
      return wanted;
    }
    const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
    const port = remembered > 0 && (await isFree(remembered)) ? remembered : await freePort();
    writeFileSync(file, `${port}\n`);
    return port;
  }

  async #spawn(): Promise<void> {
    const log = openLog(path.join(this.#host.dataDir, 'postgres.log'));
    const settings = [...SETTINGS, ...(this.#options.durable === false ? UNSAFE_SETTINGS : []), ...(this.#options.flags ?? [])];
    const { size: logged } = fstatSync(log);
    const child = spawn(
      path.join(this.#host.bin, 'postgres'),
      ['-D', this.#cluster, '-p', String(this.#port), ...settings.flatMap((setting) => ['-c', setting])],
      {
        ...this.#host.account,
        cwd: '/',
        stdio: ['ignore', log, log],
        detached: true,
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      },
    );
    closeSync(log);
    let ended = false;
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
      ended = true;
    });
    child.once('exit', () => {
      ended = true;
    });
    child.unref();
    const end = performance.now() + READY_LIMIT_MS;
    for (;;) {
      const running = readPostmaster(this.#cluster);
      if (running !== undefined && running.pid === child.pid && running.status === 'ready') break;
      if (ended || performance.now() > end) {
        if (!ended) child.kill('SIGQUIT');
        const said = readFileSync(path.join(this.#host.dataDir, 'postgres.log')).subarray(logged).toString().trim().split('\n').slice(-5);
        throw new EmbeddedDatabaseError(
          `The built-in PostgreSQL did not start: ${said.join(' ') || failure?.message || 'no reason given'}`,
          {
            cause: failure,
          },
        );
      }
      await delay(10);
    }
    this.#pid = child.pid as number;
  }

  /** Becomes the keeper. The lock of one that was just killed goes when the server notices, so it is asked for a few times. */
  async #takeLock(): Promise<void> {
    const lock = await this.#connectAsOwner();
    for (let attempt = 0; ; attempt++) {
      const { rows } = await lock.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [KEEPER_LOCK]);
      if (rows[0]?.taken === true) break;
      if (attempt === LOCK_ATTEMPTS) {
        await lock.end();
        throw new EmbeddedDatabaseError(
          `The data folder ${this.#host.dataDir} is in use by another running Madang; stop that one or choose another data folder.`,
        );
      }
      await delay(100);
    }
    this.#lock = lock;
    lock.once('end', () => {
      if (this.#closing === undefined) this.#restarting = this.#restart();
    });
  }

  /** Waits while the server recovers from a crash, of itself or of one of its processes. */
  async #connectAsOwner(): Promise<pg.Client> {
    const end = performance.now() + READY_LIMIT_MS;
    for (;;) {
      const client = new pg.Client({ connectionString: this.url('postgres'), application_name: 'madang keeper', keepAlive: true });
      client.on('error', () => undefined); // 'end' follows and is acted on
      try {
        await client.connect();
        return client;
      } catch (cause) {
        await client.end().catch(() => undefined);
        const state = sqlStateOf(cause);
        if (state === CANNOT_CONNECT_NOW && performance.now() < end) {
          await delay(50);
          continue;
        }
        const reason =
          state === INVALID_PASSWORD
            ? "does not accept its owner's password; restore the file owner-password there from a backup"
            : `cannot be reached: ${(cause as Error).message}`;
        throw new EmbeddedDatabaseError(`The database in ${this.#host.dataDir} ${reason}.`, { cause });
      }
    }
  }

  async #ensureDatabase(): Promise<void> {
    const found = await this.#lock?.query('select from pg_database where datname = $1', [DATABASE]);
    if (found?.rowCount === 0) await this.#lock?.query(`create database ${DATABASE}`);
  }

  /** The server died, or a backend did and took the others with it: wait for it to come back, or start it on the same port. */
  async #restart(): Promise<void> {
    const { logger } = this.#options;
    this.#lock = undefined;
    logger.warn({}, 'the database went away; starting it again');
    for (let pause = 50; this.#closing === undefined; pause = Math.min(pause * 2, 5_000)) {
      try {
        if (!(await this.#adopt())) await this.#spawn();
        await this.#takeLock();
        logger.info({ pid: this.#pid }, 'the database is back');
        return;
      } catch (error) {
        logger.warn({ err: error }, 'the database is not back yet');
        await delay(pause);
      }
    }
  }
}

function makeFolder({ dataDir, account }: Host): void {
  try {
    mkdirSync(path.dirname(dataDir), { recursive: true });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (account.uid !== undefined && account.gid !== undefined) chownSync(dataDir, account.uid, account.gid);
    chmodSync(dataDir, 0o700); // PostgreSQL refuses a folder that others may read
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EmbeddedDatabaseError(`The data folder ${dataDir} cannot be written (${code}); choose another one or change its owner.`, {
      cause,
    });
  }
}

function readPassword(host: Host, initialised: boolean): string {
  const file = path.join(host.dataDir, 'owner-password');
  if (!initialised) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (cause) {
      throw new EmbeddedDatabaseError(`The password of the database is missing; restore the file ${file} from a backup.`, { cause });
    }
  }
  const password = randomBytes(24).toString('base64url');
  rmSync(file, { force: true });
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  if (host.account.uid !== undefined && host.account.gid !== undefined) chownSync(file, host.account.uid, host.account.gid);
  return password;
}

function initialise(host: Host, cluster: string): void {
  rmSync(cluster, { recursive: true, force: true }); // of an initialisation that was cut off
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'; // under a C locale pg_trgm sees no Hangul letters
  execFileSync(
    path.join(host.bin, 'initdb'),
    [
      ...['-D', cluster, '-U', OWNER, '--pwfile', path.join(host.dataDir, 'owner-password'), '-A', 'scram-sha-256', '-E', 'UTF8'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--locale=${locale}`, '--no-instructions'],
    ],
    { ...host.account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  );
}

function openLog(file: string): number {
  const log = openSync(file, 'a', 0o600);
  if (fstatSync(log).size > MOST_LOG_BYTES) ftruncateSync(log);
  return log;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', () => resolve(true));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
