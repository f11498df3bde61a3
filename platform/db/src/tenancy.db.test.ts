import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silentLogger } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { assertTenancy, migrate, openDatabase, TenancyError } from './index.ts';

const GROUND = new URL('../migrations/', import.meta.url).pathname;

describe('assertTenancy', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  before(async () => {
    t = await testDatabase({ empty: true });
    await migrate({ url: t.ownerUrl, folders: [GROUND], logger: silentLogger });
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    await owner.query(`
      create schema demo;
      grant usage on schema demo to madang_app, madang_city;
      create table demo.kept (zone_id text not null, id text);
      select madang.isolate('demo.kept');
      create table demo.open (zone_id text not null, id text);
      select madang.isolate('demo.open');
      select madang.open_to_city('demo.open', 'select, update (id)');
      create table demo.whole_city (id text);
      select madang.open_to_city('demo.whole_city', 'select');
      create table demo.private (id text);
      create view demo.plain with (security_invoker = true) as select * from demo.kept;
      grant select on demo.plain to madang_app;`);
  });
  after(async () => {
    await owner.end();
    await t.close();
  });

  /** The refusal while `change` holds, undone by `undo`. */
  async function refusal(change: string, undo: string): Promise<string> {
    await owner.query(change);
    try {
      await assertTenancy(t.database);
      return 'nothing';
    } catch (error) {
      assert.ok(error instanceof TenancyError);
      return error.message;
    } finally {
      await owner.query(undo);
    }
  }

  it('accepts isolated tables, tables opened to the city and tables nobody was given', async () => {
    await assertTenancy(t.database);
  });

  it('names a table with zone_id that was never isolated, and a partition of one', async () => {
    const forgotten = await refusal('create table demo.forgotten (zone_id text, id text)', 'drop table demo.forgotten');
    assert.match(forgotten, /demo\.forgotten \(has no forced row-level security\)/);
    const partition = await refusal(
      `create table demo.parted (zone_id text not null, n int) partition by range (n);
       select madang.isolate('demo.parted');
       create table demo.parted_1 partition of demo.parted for values from (1) to (2);`,
      'drop table demo.parted',
    );
    assert.match(partition, /by demo\.parted_1 \(has no forced row-level security\);/);
  });

  it('names a table whose policies are switched off, gone or wider than the zone', async () => {
    assert.match(
      await refusal('alter table demo.kept no force row level security', 'alter table demo.kept force row level security'),
      /demo\.kept \(has no forced/,
    );
    assert.match(
      await refusal('drop policy zone on demo.kept', "select madang.isolate('demo.kept')"),
      /demo\.kept \(has no policy of its zone\)/,
    );
    assert.match(
      await refusal('create policy wide on demo.kept for select using (id is not null)', 'drop policy wide on demo.kept'),
      /demo\.kept \(has a policy wider than its zone\)/,
    );
  });

  it('names a table without zone_id that was granted without policies, and views that read as their owner', async () => {
    assert.match(
      await refusal('grant select (id) on demo.private to madang_app', 'revoke select (id) on demo.private from madang_app'),
      /demo\.private \(has no forced row-level security\)/,
    );
    assert.match(
      await refusal('create view demo.sly as select * from demo.kept; grant select on demo.sly to madang_app', 'drop view demo.sly'),
      /demo\.sly \(is a view without security_invoker\)/,
    );
  });

  it('refuses a role that sees past policies', async () => {
    assert.match(
      await refusal('alter role madang_app bypassrls', 'alter role madang_app nobypassrls'),
      /Queries run as madang_app, which can see past row-level security/,
    );
  });

  it('holds for an owner who is no superuser', async () => {
    const url = new URL(t.ownerUrl);
    const name = `owner_${url.pathname.slice(1)}`;
    const database = `${name}_db`;
    await owner.query(`create role ${name} login createrole password 'secret'`);
    await owner.query(`grant madang_app, madang_city to ${name} with admin option`);
    await owner.query(`create database ${database} owner ${name} template template0`);
    url.username = name;
    url.password = 'secret';
    url.pathname = `/${database}`;
    try {
      await migrate({ url: url.href, folders: [GROUND], logger: silentLogger });
      const plain = openDatabase({ url: url.href, poolSize: 1, logger: silentLogger });
      try {
        await assertTenancy(plain);
      } finally {
        await plain.close();
      }
    } finally {
      await owner.query(`drop database if exists ${database} with (force)`);
      await owner.query(`drop owned by ${name}`);
      await owner.query(`drop role ${name}`);
    }
  });
});

describe('madang.isolate and madang.open_to_city', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  before(async () => {
    t = await testDatabase();
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    await owner.query('create schema demo');
  });
  after(async () => {
    await owner.end();
    await t.close();
  });

  it('refuses a table without zone_id text not null', async () => {
    await owner.query('create table demo.loose (zone_id text)');
    await assert.rejects(owner.query("select madang.isolate('demo.loose')"), /demo\.loose needs a column zone_id text not null/);
  });

  it('may be called again', async () => {
    await owner.query(
      "create table demo.twice (zone_id text not null); select madang.isolate('demo.twice'); select madang.isolate('demo.twice')",
    );
    await owner.query("select madang.open_to_city('demo.twice', 'select'); select madang.open_to_city('demo.twice', 'select')");
  });

  it('takes privileges and nothing else', async () => {
    for (const privileges of ['all', 'select on pg_authid to public; --', 'truncate', '']) {
      await assert.rejects(owner.query('select madang.open_to_city($1, $2)', ['demo.twice', privileges]), /is not a list of privileges/);
    }
  });

  it('lets trigram and ILIKE indexes work under row-level security', async () => {
    await owner.query(`
      grant usage on schema demo to madang_app;
      create table demo.people (zone_id text not null, name text not null);
      select madang.isolate('demo.people');
      insert into demo.people select 'z' || n % 3, md5(n::text) from generate_series(1, 20000) n;
      create index people_by_name on demo.people using gin (name gin_trgm_ops);
      analyze demo.people;`);
    const plan = await t.zone('z1').db.transaction(async (tx) => {
      const rows = await tx.many<{ 'QUERY PLAN': string }>({
        text: "explain select name from demo.people where name ilike '%c4ca4238%'",
        values: [],
      });
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    assert.match(plan, /people_by_name/);
  });
});
