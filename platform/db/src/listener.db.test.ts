import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';

describe('listen', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  before(async () => {
    t = await testDatabase();
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
  });
  after(async () => {
    await owner.end();
    await t.close();
  });
  const notify = (channel: string, payload: string) => owner.query('select pg_notify($1, $2)', [channel, payload]);

  it('hears its channel until it is ended', async () => {
    const heard: string[] = [];
    let next = Promise.withResolvers<void>();
    const end = await t.database.listen('demo_a', (payload) => {
      heard.push(payload);
      next.resolve();
    });
    const other = await t.database.listen('demo_b', () => assert.fail('of another channel'));
    await notify('demo_a', '안녕');
    await next.promise;
    assert.deepEqual(heard, ['안녕']);
    await end();
    await end();
    await notify('demo_a', 'unheard');
    next = Promise.withResolvers();
    const again = await t.database.listen('demo_a', () => next.resolve());
    await notify('demo_a', 'heard by the new one');
    await next.promise;
    assert.deepEqual(heard, ['안녕']);
    await again();
    await other();
  });

  it('says when it is down, comes back by itself and hears again', async () => {
    const down = Promise.withResolvers<void>();
    const up = Promise.withResolvers<void>();
    const heard = Promise.withResolvers<string>();
    const end = await t.database.listen('demo_c', (payload) => heard.resolve(payload), { onDown: down.resolve, onUp: up.resolve });
    await owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'madang listen' and datname = current_database()",
    );
    await down.promise;
    await up.promise;
    await notify('demo_c', 'after the outage');
    assert.equal(await heard.promise, 'after the outage');
    await end();
  });

  it('survives a handler that throws, and refuses what is not a channel name', async () => {
    const heard = Promise.withResolvers<void>();
    const ends = [
      await t.database.listen('demo_d', () => {
        throw new Error('a broken handler');
      }),
      await t.database.listen('demo_d', () => heard.resolve()),
    ];
    await notify('demo_d', '');
    await heard.promise;
    for (const end of ends) await end();
    await assert.rejects(
      t.database.listen('Bad; drop', () => {}),
      TypeError,
    );
  });
});
