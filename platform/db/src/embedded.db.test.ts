import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLogger, sql } from '@madang/kernel';
import pg from 'pg';
import { EmbeddedDatabaseError, openDatabase, startEmbedded } from './index.ts';
import { isAlive, readPostmaster } from './postmaster.ts';

const flags = ['shared_buffers=16MB', 'max_connections=20'];

describe('embedded PostgreSQL', () => {
  let root: string;
  let dataDir: string;
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'madang-embedded-'));
    chmodSync(root, 0o755);
    dataDir = path.join(root, 'postgres');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const start = (options: { port?: number } = {}) => startEmbedded({ dataDir, flags, logger: silentLogger, ...options });
  const postmasterPid = () => readPostmaster(path.join(dataDir, 'cluster'))?.pid ?? assert.fail('no server is running');
  async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('is made at the first start, keeps its password to itself and sorts and searches Korean', async () => {
    const first = await start();
    assert.deepEqual([first.initialised, first.adopted], [true, false]);
    const password = readFileSync(path.join(dataDir, 'owner-password'), 'utf8').trim();
    assert.ok(password.length >= 32 && first.ownerUrl.includes(password));
    assert.equal(statSync(path.join(dataDir, 'owner-password')).mode & 0o777, 0o600);
    assert.equal(statSync(dataDir).mode & 0o777, 0o700);
    const facts = await ask(
      first.ownerUrl,
      "select current_database() as database, datlocale, current_setting('TimeZone') as zone, current_setting('unix_socket_directories') as sockets from pg_database where datname = current_database()",
    );
    assert.deepEqual(facts, [{ database: 'madang', datlocale: 'C.UTF-8', zone: 'UTC', sockets: '' }]);
    await ask(first.ownerUrl, 'create extension pg_trgm');
    assert.deepEqual(await ask(first.ownerUrl, "select similarity('마당에서', '마당에') > 0.3 as alike"), [{ alike: true }]);
    await ask(first.ownerUrl, 'create table kept (n int); insert into kept values (1)');
    await first.close();
    await first.close();
    assert.equal(existsSync(path.join(dataDir, 'cluster', 'postmaster.pid')), false);
    const second = await start();
    assert.deepEqual([second.initialised, second.adopted, second.port], [false, false, first.port]);
    assert.deepEqual(await ask(second.ownerUrl, 'select n from kept'), [{ n: 1 }]);
    await second.close();
  });

  it('refuses a data folder that another one keeps', async () => {
    const keeper = await start();
    await assert.rejects(
      start(),
      (error) => error instanceof EmbeddedDatabaseError && /in use by another running Madang/.test(error.message),
    );
    assert.deepEqual(await ask(keeper.ownerUrl, 'select 1 as one'), [{ one: 1 }]);
    await keeper.close();
  });

  it('adopts the server of a keeper that was killed', async () => {
    const program = path.join(root, 'keeper.mjs');
    writeFileSync(
      program,
      `import { startEmbedded } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
       const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
       const db = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, flags: ${JSON.stringify(flags)}, logger: quiet });
       process.send(db.ownerUrl);
       setInterval(() => {}, 1000);`,
    );
    const child = fork(program, { execArgv: [] });
    const url = await new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message))));
    await ask(url, 'insert into kept values (2)');
    const pid = postmasterPid();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    const heir = await start();
    assert.deepEqual([heir.adopted, heir.ownerUrl, postmasterPid()], [true, url, pid]);
    assert.deepEqual(await ask(heir.ownerUrl, 'select n from kept order by n'), [{ n: 1 }, { n: 2 }]);
    await heir.close();
    assert.equal(isAlive(pid), false);
  });

  it('starts the server again when it is killed, and nothing acknowledged is lost', async () => {
    const keeper = await start();
    const database = openDatabase({ url: keeper.ownerUrl, cityStatements: [], logger: silentLogger });
    await ask(keeper.ownerUrl, 'insert into kept values (3)');
    const pid = postmasterPid();
    process.kill(pid, 'SIGKILL');
    for (let attempt = 0; attempt < 600; attempt++) {
      if (readPostmaster(path.join(dataDir, 'cluster'))?.pid !== pid && (await database.isHealthy())) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.notEqual(postmasterPid(), pid);
    assert.deepEqual(await ask(keeper.ownerUrl, 'select count(*)::int as n from kept'), [{ n: 3 }]);
    assert.deepEqual(await ask(keeper.ownerUrl, "select current_setting('port')::int as port"), [{ port: keeper.port }]);
    await database.close();
    await keeper.close();
  });

  it('outlives one of its processes that is killed', async () => {
    const keeper = await start();
    const victim = new pg.Client({ connectionString: keeper.ownerUrl });
    victim.on('error', () => undefined);
    await victim.connect();
    const pid = Number((await victim.query('select pg_backend_pid() as pid')).rows[0].pid);
    const cut = new Promise((resolve) => victim.once('end', resolve));
    process.kill(pid, 'SIGKILL');
    await cut;
    const database = openDatabase({ url: keeper.ownerUrl, logger: silentLogger });
    for (let attempt = 0; attempt < 600 && !(await database.isHealthy()); attempt++)
      await new Promise((resolve) => setTimeout(resolve, 25));
    assert.deepEqual(await ask(keeper.ownerUrl, 'select count(*)::int as n from kept'), [{ n: 3 }]);
    await database.close();
    await keeper.close();
  });

  it('is not misled by a lock file whose process number belongs to another program now', async () => {
    writeFileSync(path.join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n1\n\n127.0.0.1\n\nready\n`);
    const keeper = await start();
    assert.equal(keeper.adopted, false);
    assert.deepEqual(await ask(keeper.ownerUrl, 'select count(*)::int as n from kept'), [{ n: 3 }]);
    await keeper.close();
  });

  it('refuses a port that is taken, and moves from a remembered one that is', async () => {
    const other = createServer();
    const remembered = Number(readFileSync(path.join(dataDir, 'port'), 'utf8'));
    await new Promise<void>((resolve) => other.listen(remembered, '127.0.0.1', resolve));
    try {
      await assert.rejects(
        start({ port: remembered }),
        (error) => error instanceof EmbeddedDatabaseError && error.message.includes(`Port ${remembered} is in use`),
      );
      const moved = await start();
      assert.notEqual(moved.port, remembered);
      await moved.close();
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('says in a sentence why it cannot start', async () => {
    const file = path.join(root, 'a-file');
    writeFileSync(file, '');
    await assert.rejects(
      startEmbedded({ dataDir: path.join(file, 'postgres'), logger: silentLogger }),
      (error) => error instanceof EmbeddedDatabaseError && /data folder .*cannot be (made|written)/.test(error.message),
    );
    await assert.rejects(
      startEmbedded({ dataDir, flags: ['no_such_setting=1'], logger: silentLogger }),
      (error) => error instanceof EmbeddedDatabaseError && /no_such_setting/.test(error.message),
    );
    writeFileSync(path.join(dataDir, 'owner-password'), 'another password');
    await assert.rejects(
      start(),
      (error) => error instanceof EmbeddedDatabaseError && /does not accept its owner's password/.test(error.message),
    );
    rmSync(path.join(dataDir, 'owner-password'));
    await assert.rejects(
      start(),
      (error) => error instanceof EmbeddedDatabaseError && /password of the database is missing/.test(error.message),
    );
  });
});

describe('a database that cannot be reached', () => {
  it('is said so at once', async () => {
    const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', logger: silentLogger });
    await assert.rejects(database.zoneDb('univ').many(sql('select 1')), { name: 'DatabaseUnavailable', code: 'request.unavailable' });
    await assert.rejects(database.listen('demo', () => {}));
    assert.equal(await database.isHealthy(), false);
    await database.close();
  });
});
