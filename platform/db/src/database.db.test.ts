import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';

describe('zone database', () => {
  let t: TestDatabase;
  before(async () => {
    t = await testDatabase();
  });
  after(() => t.close());

  it('runs as madang_app in its zone and leaves nothing behind', async () => {
    const { db } = t.zone('univ');
    const row = await db.one(sql<{ role: string; zone: string }>('select current_user as role, madang.zone() as zone'));
    assert.deepEqual(row, { role: 'madang_app', zone: 'univ' });
  });
});
