import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MadangError, sql, statement, type ZoneDb } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { DatabaseUnavailable, type QueryTiming, sqlStateOf, violatedConstraint } from './index.ts';
import { queryBuilder } from './query.ts';

const TABLES = `
  create schema demo;
  grant usage on schema demo to madang_app, madang_city;
  create table demo.notes (zone_id text not null, id text not null, body text not null, primary key (zone_id, id));
  select madang.isolate('demo.notes');
  create table demo.counters (zone_id text primary key, value int not null);
  select madang.isolate('demo.counters');
  select madang.open_to_city('demo.counters', 'select');`;

const insertNote = statement<unknown, [id: string, body: string]>(
  'demo.insert_note',
  'insert into demo.notes (zone_id, id, body) values (madang.zone(), $1, $2)',
);
const listNotes = statement<{ zone_id: string; id: string; body: string }, []>('demo.list_notes', 'select * from demo.notes order by id');
const whoAmI = statement<{ role: string; zone: string | null; pid: number }, []>(
  'demo.who_am_i',
  'select current_user as role, madang.zone() as zone, pg_backend_pid() as pid',
);
const listCounters = statement<{ zone_id: string }, []>('demo.list_counters', 'select zone_id from demo.counters order by zone_id');
const listNotesOfAll = statement<{ zone_id: string }, []>('demo.list_notes_of_all', 'select zone_id from demo.notes');

describe('zone database', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  const timings: QueryTiming[] = [];
  before(async () => {
    t = await testDatabase({ onQuery: (timing) => timings.push(timing), cityStatements: ['demo.list_counters', 'demo.list_notes_of_all'] });
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    await owner.query(TABLES);
  });
  after(async () => {
    await owner.end();
    await t.close();
  });

  it('runs as madang_app in its zone, in a single statement and in a transaction', async () => {
    const { db } = t.zone('univ');
    const alone = await db.one(whoAmI());
    assert.deepEqual([alone.role, alone.zone], ['madang_app', 'univ']);
    const inside = await db.transaction((tx) => tx.one(whoAmI()));
    assert.deepEqual([inside.role, inside.zone], ['madang_app', 'univ']);
  });

  it('shows a zone its own rows, and without a zone none', async () => {
    await t.zone('apple').db.run(insertNote('n1', 'of apple'));
    await t.zone('pear').db.run(insertNote('n1', 'of pear'));
    assert.deepEqual(await t.zone('apple').db.many(listNotes()), [{ zone_id: 'apple', id: 'n1', body: 'of apple' }]);
    await owner.query('begin; set local role madang_app');
    assert.equal((await owner.query('select * from demo.notes')).rowCount, 0);
    await owner.query('rollback');
  });

  it('refuses to write a row of another zone', async () => {
    const { db } = t.zone('apple');
    const refused = db.run(sql("insert into demo.notes (zone_id, id, body) values ('pear', 'n2', 'smuggled')"));
    await assert.rejects(refused, (error) => sqlStateOf(error) === '42501');
    await assert.rejects(db.run(sql("update demo.notes set zone_id = 'pear'")), (error) => sqlStateOf(error) === '42501');
    assert.equal((await owner.query("select from demo.notes where body = 'smuggled'")).rowCount, 0);
  });

  it('never leaks zone or role between the statements that share connections', async () => {
    const zones = Array.from({ length: 7 }, (_, index) => `zone-${index}`);
    for (const id of zones) await t.zone(id).db.run(sql('insert into demo.counters values (madang.zone(), 0)'));
    const bump = (db: Pick<ZoneDb, 'one'>) =>
      db.one(sql<{ zone_id: string }>('update demo.counters set value = value + 1 returning zone_id'));
    const pids = new Set<number>();
    const work = Array.from({ length: 700 }, async (_, index) => {
      const id = zones[index % zones.length] as string;
      const { db } = t.zone(id);
      switch (Math.floor(index / zones.length) % 4) {
        case 0: {
          const { role, zone, pid } = await db.one(whoAmI());
          pids.add(pid);
          assert.deepEqual([role, zone], ['madang_app', id]);
          return;
        }
        case 1:
          assert.equal((await db.transaction(async (tx) => bump(tx))).zone_id, id);
          return;
        case 2:
          await assert.rejects(db.one(sql('select 1 / 0')), (error) => sqlStateOf(error) === '22012');
          return;
        default:
          assert.deepEqual(
            (await t.database.city().many(listCounters())).filter(({ zone_id }) => zone_id.startsWith('zone-')).length,
            zones.length,
          );
      }
    });
    await Promise.all(work);
    assert.ok(pids.size <= 4, 'the statements share four connections');
    const { rows } = await owner.query("select distinct value from demo.counters where zone_id like 'zone-%'");
    assert.deepEqual(rows, [{ value: 25 }]);
    await owner.query("select set_config('role', 'none', false)");
  });

  it('stays sound after a failed statement, prepared or not', async () => {
    const single = await testDatabase({ poolSize: 1 });
    try {
      const { db } = single.zone('univ');
      const divide = statement<{ value: number }, [by: number]>('demo.divide', 'select 10 / $1::int as value');
      await assert.rejects(db.one(divide(0)), (error) => sqlStateOf(error) === '22012');
      assert.deepEqual(await db.one(divide(5)), { value: 2 });
      await assert.rejects(db.one(divide(0)), (error) => sqlStateOf(error) === '22012');
      await assert.rejects(db.one(sql('select nonsense')), (error) => sqlStateOf(error) === '42703');
      await assert.rejects(db.one(sql('select $1::int as value', Symbol('no'))), TypeError);
      assert.deepEqual(await db.one(divide(2)), { value: 5 });
    } finally {
      await single.close();
    }
  });

  it('prepares a statement anew when its columns changed', async () => {
    const single = await testDatabase({ poolSize: 1 });
    const client = new pg.Client({ connectionString: single.ownerUrl });
    await client.connect();
    try {
      await client.query(TABLES);
      const { db } = single.zone('univ');
      await db.run(insertNote('n1', 'first'));
      assert.deepEqual(await db.many(listNotes()), [{ zone_id: 'univ', id: 'n1', body: 'first' }]);
      await client.query('alter table demo.notes add pinned boolean not null default true');
      assert.deepEqual(await db.many(listNotes()), [{ zone_id: 'univ', id: 'n1', body: 'first', pinned: true }]);
      await client.query('alter table demo.notes alter pinned drop default, alter pinned type int using 7');
      const pinned = await db.transaction((tx) => tx.many(listNotes()));
      assert.deepEqual(pinned, [{ zone_id: 'univ', id: 'n1', body: 'first', pinned: 7 }]);
      assert.equal((await db.one(whoAmI())).role, 'madang_app');
    } finally {
      await client.end();
      await single.close();
    }
  });

  it('refuses two statements of one name', async () => {
    const { db } = t.zone('univ');
    const twin = statement<unknown, []>('demo.twin', 'select 1');
    const other = statement<unknown, []>('demo.twin', 'select 2');
    await Promise.all(Array.from({ length: 8 }, () => db.many(twin())));
    await assert.rejects(db.many(other()), /two different statements are named demo\.twin/);
    await assert.rejects(db.many(statement<unknown, []>('x'.repeat(64), 'select 1')()), /longer than 63/);
  });

  it('runs what the query builder builds', async () => {
    const queries = queryBuilder<{ 'demo.notes': { zone_id: string; id: string; body: string } }>();
    const { db } = t.zone('built');
    const added = await db.run(queries.insertInto('demo.notes').values({ zone_id: 'built', id: 'k1', body: 'one' }));
    assert.equal(added, 1);
    assert.deepEqual(await db.many(queries.selectFrom('demo.notes').select(['id', 'body']).where('id', '=', 'k1')), [
      { id: 'k1', body: 'one' },
    ]);
    assert.equal(await db.maybeOne(queries.selectFrom('demo.notes').select('id').where('id', '=', 'k2')), undefined);
    await assert.rejects(db.one(queries.selectFrom('demo.notes').select('id').where('id', '=', 'k2')), /0 rows where one was expected/);
  });

  it('names the constraint that refused a change', async () => {
    const { db } = t.zone('twice');
    await db.run(insertNote('n1', 'a'));
    await assert.rejects(db.run(insertNote('n1', 'b')), (error) => violatedConstraint(error) === 'notes_pkey');
  });

  it('answers text that cannot be stored as a bad request', async () => {
    const { db } = t.zone('univ');
    await assert.rejects(db.run(insertNote('n\0', 'x')), (error) => error instanceof MadangError && error.code === 'request.invalid');
    await assert.rejects(db.one(sql("select $1::jsonb ->> 'a' as a", '{"a":"\\u0000"}')), (error) => error instanceof MadangError);
  });

  it('decodes what the house stores', async () => {
    const row = await t.zone('univ').db.one(
      sql<
        Record<string, unknown>
      >(`select 7::int8 as int8, 9007199254740993::int8 as huge, count(*) as counted, 1.50::numeric as numeric, true as yes,
        timestamptz '2026-11-21 09:00:00.123456+00' as at, timestamptz '2026-11-21 18:00:00+09' as whole, date '2026-11-21' as day,
        '{"a":[1,null]}'::jsonb as json, '\\x00ff'::bytea as bytes, array['a,"b', null] as texts, array[1,2]::int8[] as numbers, null as nothing, '마당' as korean`),
    );
    assert.deepEqual(row, {
      int8: 7,
      huge: '9007199254740993',
      counted: 1,
      numeric: '1.50',
      yes: true,
      at: new Date('2026-11-21T09:00:00.123Z'),
      whole: new Date('2026-11-21T09:00:00Z'),
      day: '2026-11-21',
      json: { a: [1, null] },
      bytes: Buffer.from([0, 255]),
      texts: ['a,"b', null],
      numbers: [1, 2],
      nothing: null,
      korean: '마당',
    });
  });

  it('encodes parameters of every kind and of any size', async () => {
    const at = new Date('2026-11-21T09:00:00.123Z');
    const long = '가'.repeat(200_000);
    const row = await t
      .zone('univ')
      .db.one(
        sql<Record<string, unknown>>(
          'select $1::timestamptz as at, $2::jsonb as json, $3::text[] as texts, $4::bytea as bytes, $5::int8 as big, $6::text as missing, $7::text as long, $8::text[][] as nested, $9::bool as no',
          at,
          { a: 'b"\\' },
          ['x', 'y"\\,{}', null, ''],
          Buffer.from('bytes'),
          12n,
          undefined,
          long,
          [['a'], ['b']],
          false,
        ),
      );
    assert.deepEqual(row, {
      at,
      json: { a: 'b"\\' },
      texts: ['x', 'y"\\,{}', null, ''],
      bytes: Buffer.from('bytes'),
      big: 12,
      missing: null,
      long,
      nested: [['a'], ['b']],
      no: false,
    });
  });

  it('lets the city run listed statements on opened tables and nothing else', async () => {
    const city = t.database.city();
    assert.ok((await city.many(listCounters())).length >= 0);
    await assert.rejects(city.many(listNotesOfAll()), (error) => sqlStateOf(error) === '42501');
    await assert.rejects(city.many(listNotes()), /demo\.list_notes may not run across zones/);
    await assert.rejects(city.many(sql('select 1')), /\(unnamed\) may not run across zones/);
    await assert.rejects(
      city.transaction((tx) => tx.many(listNotes())),
      /demo\.list_notes may not run across zones/,
    );
    const refused = t.database.city().transaction(async (tx) => {
      await tx.many(listCounters());
      return tx.many(listNotesOfAll());
    });
    await assert.rejects(refused, (error) => sqlStateOf(error) === '42501');
  });

  it('refuses what is not a zone id', () => {
    for (const id of ['', 'Univ', "a'; drop table x", 'a_b', '-a', 'a'.repeat(33)]) assert.throws(() => t.database.zoneDb(id), TypeError);
  });

  it('reports each statement with its name and zone', async () => {
    timings.length = 0;
    await t.zone('univ').db.many(listNotes());
    await t.zone('univ').db.transaction((tx) => tx.many(sql('select 1')));
    await t.database.city().many(listCounters());
    assert.deepEqual(
      timings.map(({ name, zoneId }) => [name, zoneId]),
      [
        ['demo.list_notes', 'univ'],
        ['unnamed', 'univ'],
        ['demo.list_counters', undefined],
      ],
    );
    assert.ok(timings.every(({ seconds }) => seconds > 0));
  });

  it('comes back after its connections were cut', async () => {
    const cut = await testDatabase();
    try {
      const { db } = cut.zone('univ');
      assert.equal(await cut.database.isHealthy(), true);
      const sleeping = db.many(sql('select pg_sleep(30)'));
      const lost = assert.rejects(sleeping, DatabaseUnavailable);
      await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        new URL(cut.ownerUrl).pathname.slice(1),
      ]);
      await lost;
      // an idle connection that was cut may be handed out before the news of it arrived: each such loss is said, then it is gone
      const answers = await Promise.allSettled(Array.from({ length: 8 }, () => db.one(whoAmI())));
      for (const answer of answers) assert.ok(answer.status === 'fulfilled' || answer.reason instanceof DatabaseUnavailable);
      assert.equal((await db.one(whoAmI())).zone, 'univ');
    } finally {
      await cut.close();
    }
  });

  it('makes later callers wait when all connections are busy, and refuses them once closed', async () => {
    const small = await testDatabase({ poolSize: 2 });
    const { db } = small.zone('univ');
    const rows = await Promise.all(Array.from({ length: 50 }, (_, index) => db.one(sql<{ n: number }>('select $1::int as n', index))));
    assert.deepEqual(
      rows.map(({ n }) => n),
      Array.from({ length: 50 }, (_, index) => index),
    );
    await small.close();
    await assert.rejects(db.many(sql('select 1')), { name: 'DatabaseUnavailable' });
    assert.equal(await small.database.isHealthy(), false);
  });
});
