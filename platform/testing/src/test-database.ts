import { randomBytes } from 'node:crypto';
import { type Database, type DatabaseOptions, openDatabase } from '@madang/db';
import { type Closable, silentLogger, type Zone, type ZoneContext } from '@madang/kernel';
import pg from 'pg';
import { testZone } from './test-zone.ts';

export interface TestDatabaseOptions extends Partial<Pick<DatabaseOptions, 'poolSize' | 'cityStatements' | 'onQuery' | 'logger'>> {
  /** A database without migrations. */
  readonly empty?: boolean;
}

export interface TestDatabase extends Closable {
  readonly database: Database;
  /** As the owner, who sees past row-level security: for arranging and for looking behind the scenes. */
  readonly ownerUrl: string;
  /** A context of a zone with every feature on; no row of `zones` stands behind it. The same id may be asked for again. */
  zone(id?: string, overrides?: Partial<Zone>): ZoneContext;
}

/** Set by `tools/run-tests.ts`: the owner's URL of the run's cluster, with `?template=` naming the migrated database. */
export const TEST_POSTGRES_VARIABLE = 'MADANG_TEST_POSTGRES';

/** A migrated database of one's own, copied from the run's template; `close` drops it. Any named city statement may run. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const variable = process.env[TEST_POSTGRES_VARIABLE];
  if (variable === undefined) throw new Error('no PostgreSQL for tests: run them with `node tools/run-tests.ts <filter>`');
  const admin = new URL(variable);
  const template = options.empty === true ? 'template0' : (admin.searchParams.get('template') ?? 'template0');
  admin.search = '';
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asOwner(admin.href, `create database ${name} template ${template} strategy file_copy`);
  const owner = new URL(admin);
  owner.pathname = `/${name}`;
  const database = openDatabase({
    url: owner.href,
    poolSize: options.poolSize ?? 4,
    cityStatements: options.cityStatements ?? (() => true),
    logger: options.logger ?? silentLogger,
    onQuery: options.onQuery,
  });
  let closing: Promise<void> | undefined;
  return {
    database,
    ownerUrl: owner.href,
    zone(id = 'univ', overrides = {}) {
      const zone = testZone(id, overrides);
      return { zone, db: database.zoneDb(zone.id) };
    },
    close() {
      closing ??= database.close().then(() => asOwner(admin.href, `drop database ${name} with (force)`));
      return closing;
    },
  };
}

async function asOwner(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
