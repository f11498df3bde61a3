import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '@madang/kernel';
import pg from 'pg';

export interface MigrateOptions {
  /** As the owner, straight to PostgreSQL. */
  readonly url: string;
  /** `migrations` folders of the platform and the modules; one that does not exist holds nothing. */
  readonly folders: readonly string[];
  readonly logger: Logger;
}

export interface Migrated {
  /** File names applied now, in order. */
  readonly applied: readonly string[];
}

/** Says which file and why, for a person. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  /** The folder of the file at fault. */
  readonly folder: string;
  constructor(message: string, folder: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.folder = folder;
  }
}

interface MigrationFile {
  readonly name: string;
  readonly folder: string;
  readonly text: string;
  readonly checksum: string;
}

const FILE_PATTERN = /^\d{8}_\d{4}_[a-z0-9_]+\.sql$/;
const NO_TRANSACTION = '-- no transaction';
/** Any number, the same in every Madang: one node migrates, the others wait and find nothing left to do. */
const MIGRATION_LOCK = 6_273_265;
const LEDGER = `
  create schema if not exists madang;
  create table if not exists madang.migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`;

/**
 * Applies what is not yet applied, in the order of the file names over all folders, each file in a transaction of its own. A
 * file whose first line is `-- no transaction` holds one statement that is safe to repeat (`create index concurrently if not
 * exists`). Files are forward-only: changing one that was applied is refused with a `MigrationError`.
 */
export async function migrate(options: MigrateOptions): Promise<Migrated> {
  const files = await readMigrations(options.folders);
  const client = await connectAsOwner(options.url);
  try {
    const known = await readLedger(client);
    if (known !== undefined && pending(files, known, options.logger).length === 0) return { applied: [] };
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if ((await readLedger(client)) === undefined) await client.query(LEDGER);
    const todo = pending(files, (await readLedger(client)) ?? new Map(), options.logger);
    for (const file of todo) {
      const start = performance.now();
      await apply(client, file);
      options.logger.info({ file: file.name, ms: Math.round(performance.now() - start) }, 'migrated');
    }
    return { applied: todo.map((file) => file.name) };
  } finally {
    await client.end(); // and with it the lock
  }
}

/** File names not applied yet, in order; changes nothing. Throws a `MigrationError` where `migrate` would refuse. */
export async function findPendingMigrations({ url, folders, logger }: MigrateOptions): Promise<string[]> {
  const files = await readMigrations(folders);
  const client = await connectAsOwner(url);
  try {
    return pending(files, (await readLedger(client)) ?? new Map(), logger).map((file) => file.name);
  } finally {
    await client.end();
  }
}

async function connectAsOwner(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'madang migrate', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the statement under way fails with it
  await client.connect();
  return client;
}

async function readMigrations(folders: readonly string[]): Promise<MigrationFile[]> {
  const files: MigrationFile[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) {
      if (!name.endsWith('.sql')) continue;
      if (!FILE_PATTERN.test(name)) {
        throw new MigrationError(`${path.join(folder, name)} is not named like 20261121_0600_chat_rooms.sql.`, folder);
      }
      const twin = files.find((file) => file.name === name);
      if (twin !== undefined) throw new MigrationError(`The migration ${name} stands in both ${twin.folder} and ${folder}.`, folder);
      const text = await readFile(path.join(folder, name), 'utf8');
      files.push({ name, folder, text, checksum: createHash('sha256').update(text).digest('hex') });
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Name → checksum, or undefined in a database that was never migrated. */
async function readLedger(client: pg.Client): Promise<Map<string, string> | undefined> {
  try {
    const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from madang.migrations');
    return new Map(rows.map((row) => [row.name, row.checksum]));
  } catch (error) {
    if (error instanceof pg.DatabaseError && (error.code === '42P01' || error.code === '3F000')) return undefined;
    throw error;
  }
}

function pending(files: readonly MigrationFile[], known: ReadonlyMap<string, string>, logger: Logger): MigrationFile[] {
  for (const file of files) {
    const checksum = known.get(file.name);
    if (checksum !== undefined && checksum !== file.checksum) {
      throw new MigrationError(
        `The migration ${file.name} was applied and has been changed since; put it back as it was and write a new one.`,
        file.folder,
      );
    }
  }
  const newer = [...known.keys()].filter((name) => !files.some((file) => file.name === name));
  if (newer.length > 0) logger.info({ files: newer }, 'the database was migrated by a newer program');
  return files.filter((file) => !known.has(file.name));
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  const record = () => client.query('insert into madang.migrations (name, checksum) values ($1, $2)', [file.name, file.checksum]);
  try {
    if (file.text.startsWith(NO_TRANSACTION)) {
      await client.query(file.text);
      await record();
      return;
    }
    await client.query("begin; set local lock_timeout = '30s'; set local search_path = public");
    await client.query(file.text);
    await record();
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw new MigrationError(
      `The migration ${path.join(file.folder, file.name)}${lineOf(file, cause)} failed: ${(cause as Error).message}`,
      file.folder,
      cause,
    );
  }
}

function lineOf(file: MigrationFile, error: unknown): string {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN;
  return Number.isNaN(position) ? '' : ` (line ${file.text.slice(0, position).split('\n').length})`;
}
