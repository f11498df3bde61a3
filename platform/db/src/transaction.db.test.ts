import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql, statement, type ZoneDb } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { sqlStateOf } from './index.ts';

const read = statement<{ value: number }, [id: string]>('demo.read_value', 'select value from demo.accounts where id = $1');
const write = statement<unknown, [id: string, value: number]>('demo.write_value', 'update demo.accounts set value = $2 where id = $1');

describe('transaction', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  let db: ZoneDb;
  before(async () => {
    t = await testDatabase();
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    await owner.query(`
      create schema demo;
      grant usage on schema demo to madang_app;
      create table demo.accounts (zone_id text not null, id text primary key, value int not null);
      select madang.isolate('demo.accounts');
      insert into demo.accounts values ('univ', 'a', 1), ('univ', 'b', 1);`);
    ({ db } = t.zone('univ'));
  });
  after(async () => {
    await owner.end();
    await t.close();
  });
  const balance = async (id: string) => (await owner.query('select value from demo.accounts where id = $1', [id])).rows[0].value as number;

  it('keeps everything or nothing', async () => {
    await db.transaction(async (tx) => {
      await tx.run(write('a', 2));
      await tx.run(write('b', 2));
    });
    assert.deepEqual([await balance('a'), await balance('b')], [2, 2]);
    const broken = db.transaction(async (tx) => {
      await tx.run(write('a', 3));
      throw new Error('changed my mind');
    });
    await assert.rejects(broken, /changed my mind/);
    assert.equal(await balance('a'), 2);
  });

  it('runs afterCommit actions once the change is seen by others, and never after a failure', async () => {
    const seen: string[] = [];
    let visible: Promise<number> | undefined;
    await db.transaction(async (tx) => {
      tx.afterCommit(() => {
        seen.push('committed');
        visible = balance('a');
      });
      await tx.run(write('a', 10));
      assert.equal(await balance('a'), 2);
      assert.deepEqual(seen, []);
    });
    assert.deepEqual(seen, ['committed']);
    assert.equal(await visible, 10);
    await assert.rejects(
      db.transaction(async (tx) => {
        tx.afterCommit(() => seen.push('never'));
        await tx.many(sql('select nonsense'));
      }),
    );
    assert.deepEqual(seen, ['committed']);
  });

  it('goes on when an action after the commit throws', async () => {
    const result = await db.transaction(async (tx) => {
      tx.afterCommit(() => {
        throw new Error('a hint was lost');
      });
      return (await tx.one(read('a'))).value;
    });
    assert.equal(result, 10);
  });

  it('is done again after a deadlock', async () => {
    const tries = { first: 0, second: 0 };
    const both = Promise.withResolvers<void>();
    const cross = (name: 'first' | 'second', from: string, to: string) =>
      db.transaction(async (tx) => {
        tries[name]++;
        await tx.run(sql('update demo.accounts set value = value + 1 where id = $1', from));
        if (tries.first > 0 && tries.second > 0) both.resolve();
        await both.promise;
        await tx.run(sql('update demo.accounts set value = value + 1 where id = $1', to));
      });
    const before = [await balance('a'), await balance('b')];
    await Promise.all([cross('first', 'a', 'b'), cross('second', 'b', 'a')]);
    assert.equal(tries.first + tries.second, 3);
    assert.deepEqual(
      [await balance('a'), await balance('b')],
      before.map((value) => value + 2),
    );
  });

  it('is not needed for a deadlock between single statements, which are done again too', async () => {
    const cross = (from: string, to: string) =>
      db.run(
        sql(`do $$ begin
          update demo.accounts set value = value + 1 where id = '${from}';
          perform pg_sleep(0.2);
          update demo.accounts set value = value + 1 where id = '${to}';
        end $$`),
      );
    const before = [await balance('a'), await balance('b')];
    await Promise.all([cross('a', 'b'), cross('b', 'a')]);
    assert.deepEqual(
      [await balance('a'), await balance('b')],
      before.map((value) => value + 2),
    );
  });

  it('gives up after three more tries', async () => {
    let tries = 0;
    const hopeless = db.transaction(async (tx) => {
      tries++;
      await tx.many(sql("do $$ begin raise exception 'again' using errcode = 'serialization_failure'; end $$"));
    });
    await assert.rejects(hopeless, (error) => sqlStateOf(error) === '40001');
    assert.equal(tries, 4);
  });

  it('says so when a caught failure turned the commit into a rollback', async () => {
    const swallowed = db.transaction(async (tx) => {
      await tx.run(write('a', 99));
      await tx.many(sql('select nonsense')).catch(() => undefined);
    });
    await assert.rejects(swallowed, /rolled back: a statement in it failed/);
    assert.notEqual(await balance('a'), 99);
    assert.equal((await db.one(read('a'))).value, await balance('a'));
  });

  it('sends statements asked for at once one after another, and none after its end', async () => {
    let late: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      const values = await Promise.all(Array.from({ length: 20 }, (_, n) => tx.one(sql<{ n: number }>('select $1::int as n', n))));
      assert.deepEqual(
        values.map(({ n }) => n),
        Array.from({ length: 20 }, (_, n) => n),
      );
      late = new Promise((resolve) => setImmediate(resolve)).then(() => tx.one(read('a')));
      late.catch(() => undefined);
    });
    await assert.rejects(late as Promise<unknown>, /transaction is over/);
  });

  it('without statements costs nothing', async () => {
    assert.equal(await db.transaction(async () => 7), 7);
  });

  it('surfaces a connection lost in the middle and leaves nothing', async () => {
    const before = await balance('b');
    const lost = db.transaction(async (tx) => {
      await tx.run(write('b', 77));
      const { pid } = await tx.one(sql<{ pid: number }>('select pg_backend_pid() as pid'));
      await owner.query('select pg_terminate_backend($1)', [pid]);
      await tx.one(read('b'));
    });
    await assert.rejects(lost);
    assert.equal(await balance('b'), before);
    assert.equal((await db.one(read('b'))).value, before);
  });
});
