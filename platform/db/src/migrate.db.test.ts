import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLogger } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { MigrationError, migrate } from './index.ts';

describe('migrate', () => {
  let t: TestDatabase;
  let root: string;
  beforeEach(async () => {
    t = await testDatabase({ empty: true });
    root = mkdtempSync(path.join(tmpdir(), 'madang-migrate-'));
  });
  afterEach(async () => {
    rmSync(root, { recursive: true });
    await t.close();
  });

  function folder(name: string, files: Record<string, string>): string {
    const target = path.join(root, name);
    mkdirSync(target, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(target, file), text);
    return target;
  }
  const run = (...folders: string[]) => migrate({ url: t.ownerUrl, folders, logger: silentLogger });
  async function ask(text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: t.ownerUrl });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('applies the files of all folders in one order, once', async () => {
    const a = folder('a', {
      '20260101_0300_a_third.sql': 'insert into log values (3)',
      '20260101_0100_a_first.sql': 'create table log (n int)',
    });
    const b = folder('b', { '20260101_0200_b_second.sql': 'insert into log values (2)', 'README.md': 'not a migration' });
    const { applied } = await run(a, b, path.join(root, 'none'));
    assert.deepEqual(applied, ['20260101_0100_a_first.sql', '20260101_0200_b_second.sql', '20260101_0300_a_third.sql']);
    assert.deepEqual(await ask('select n from log order by ctid'), [{ n: 2 }, { n: 3 }]);
    assert.deepEqual((await run(a, b)).applied, []);
  });

  it('lets two nodes start at once', async () => {
    const a = folder('a', {
      '20260101_0100_a_one.sql': 'create table log (n int)',
      '20260101_0200_a_two.sql': 'insert into log select 1 from pg_sleep(0.05)',
    });
    const results = await Promise.all(Array.from({ length: 4 }, () => run(a)));
    assert.equal(results.flatMap(({ applied }) => applied).length, 2);
    assert.deepEqual(await ask('select * from log'), [{ n: 1 }]);
  });

  it('keeps nothing of a file that fails, says which line, and goes on after it was put right', async () => {
    const a = folder('a', {
      '20260101_0100_a_one.sql': 'create table log (n int);',
      '20260101_0200_a_two.sql': 'create table half (n int);\nselect nonsense;\n',
    });
    await assert.rejects(run(a), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.match(error.message, /20260101_0200_a_two\.sql \(line 2\) failed: column "nonsense" does not exist/);
      assert.equal(error.folder, a);
      return true;
    });
    assert.deepEqual(await ask("select to_regclass('half') as half, to_regclass('log')::text as log"), [{ half: null, log: 'log' }]);
    folder('a', { '20260101_0200_a_two.sql': 'create table half (n int);' });
    assert.deepEqual((await run(a)).applied, ['20260101_0200_a_two.sql']);
  });

  it('refuses an applied file that was changed', async () => {
    const a = folder('a', { '20260101_0100_a_one.sql': 'create table log (n int)' });
    await run(a);
    folder('a', { '20260101_0100_a_one.sql': 'create table log (n bigint)' });
    await assert.rejects(run(a), /20260101_0100_a_one\.sql was applied and has been changed since; put it back/);
  });

  it('refuses a name twice and a name out of order', async () => {
    const a = folder('a', { '20260101_0100_a_one.sql': 'select 1' });
    const b = folder('b', { '20260101_0100_a_one.sql': 'select 2' });
    await assert.rejects(run(a, b), /stands in both/);
    await assert.rejects(run(folder('c', { '1_first.sql': 'select 1' })), /is not named like/);
  });

  it('applies a file that arrives late, and leaves alone what a newer program applied', async () => {
    const a = folder('a', { '20260101_0200_a_two.sql': 'create table two ()' });
    const b = folder('b', { '20260101_0100_b_one.sql': 'create table one ()' });
    await run(a);
    assert.deepEqual((await run(a, b)).applied, ['20260101_0100_b_one.sql']);
    assert.deepEqual((await run(a)).applied, []);
  });

  it('runs outside a transaction where the file says so', async () => {
    const a = folder('a', {
      '20260101_0100_a_one.sql': 'create table public.log (n int)',
      '20260101_0200_a_index.sql': '-- no transaction\ncreate index concurrently if not exists log_by_n on public.log (n)',
    });
    assert.equal((await run(a)).applied.length, 2);
    assert.deepEqual(await ask("select indexname from pg_indexes where tablename = 'log'"), [{ indexname: 'log_by_n' }]);
  });
});
