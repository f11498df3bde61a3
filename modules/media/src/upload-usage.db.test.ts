import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { keepStorage } from './asset-usage.ts';
import { findStorage, returnStorage } from './upload-usage.ts';

const OWNER = 'user_keeper';
let t: TestDatabase;
let zone: ZoneContext;
before(async () => {
  t = await testDatabase({ poolSize: 4 });
  zone = t.zone('univ');
});
after(() => t.close());

/** Whether somebody holds the person's row. */
const personIsHeld = (): Promise<boolean> =>
  zone.db
    .transaction((tx) => tx.many(sql('select from media.person_usage where owner_id = $1 for update nowait', OWNER)))
    .then(
      () => false,
      () => true,
    );

for (const [what, work] of [
  ['keeping', keepStorage],
  ['giving back', returnStorage],
] as const)
  it(`${what} takes the person's row first, and then waits for the zone's`, async () => {
    await zone.db.transaction((tx) => keepStorage(tx, OWNER, 100));
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const before = await findStorage(zone.db, OWNER);
    const other = zone.db.transaction(async (tx) => {
      await tx.run(sql('update media.usage set bytes = bytes'));
      hold();
      await released;
    });
    await held;
    const working = zone.db.transaction((tx) => work(tx, OWNER, 10));
    for (let tries = 0; !(await personIsHeld()); tries++) {
      assert.ok(tries < 40, 'it waits without the row of the person');
      await wait(50);
    }
    release();
    await Promise.all([other, working]);
    const after = await findStorage(zone.db, OWNER);
    const by = work === keepStorage ? 10 : -10;
    assert.deepEqual(after, { person: before.person + by, zone: before.zone + by });
  });

it('gives back also for a person who keeps nothing, and never below nothing', async () => {
  const { zone: all } = await findStorage(zone.db, OWNER);
  await zone.db.transaction((tx) => returnStorage(tx, 'user_nobody', 5));
  assert.equal((await findStorage(zone.db, OWNER)).zone, all - 5);
  await zone.db.transaction((tx) => returnStorage(tx, OWNER, 1_000_000));
  assert.deepEqual(await findStorage(zone.db, OWNER), { person: 0, zone: 0 });
});
