import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { silentLogger } from '@madang/kernel';
import { type RunningMadang, readConfig, startMadang } from '@madang/server';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { PORTAL_PRESET } from '@madang/zones';
import pg from 'pg';
import { examine } from './doctor.ts';

const SECRET = 'a secret for the doctor, long enough';
const ZONE = PORTAL_PRESET.id;

describe('doctor', () => {
  let folder: string;
  let database: TestDatabase;
  let running: RunningMadang;
  let owner: pg.Client;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'madang-doctor-'));
    database = await testDatabase();
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const config = { ...readConfig(['--no-demo', '--data', folder], {}), port: 0 };
    running = await startMadang(
      {
        config,
        database: { url: database.ownerUrl, directUrl: database.ownerUrl },
        dataDir: folder,
        secret: Buffer.from(SECRET),
        logger: silentLogger,
      },
      { migrated: true, beforeListening: async (house) => void (await house.zones.seedZone(PORTAL_PRESET)) },
    );
    const { db } = await running.house.zones.directory.context(ZONE);
    for (let i = 1; i <= 5; i++)
      await running.house.audit.writer.record(db, { action: 'test', resourceType: 'row', resourceId: String(i) });
    // The node's own sealer may hold the chain just now: then it is the one that seals.
    while ((await owner.query('select from audit.logs where hash is null limit 1')).rowCount !== 0) await running.house.audit.sealNow();
    await running.close();
  });
  after(async () => {
    await owner?.end();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => owner.query(`delete from jobs.jobs; delete from events.parked`));

  const look = (environment: Record<string, string> = {}, retryParked = false) =>
    examine({ data: folder, retryParked, environment: { DATABASE_URL: database.ownerUrl, MADANG_SECRET: SECRET, ...environment } });
  const faults = async (environment?: Record<string, string>) =>
    (await look(environment)).filter(({ state }) => state === 'fault').map(({ about, says }) => `${about}: ${says}`);
  /** Past the trigger that keeps rows, as only the owner of the database can. */
  const tamper = (text: string) => owner.query(`begin; set local session_replication_role = replica; ${text}; commit`);

  it('finds nothing wrong in a sound database, one line each', async () => {
    const findings = await look();
    assert.deepEqual(
      findings.filter(({ state }) => state === 'fault'),
      [],
    );
    for (const about of ['node', 'data', 'database', 'migrations', 'tenancy', 'events', 'jobs', 'audit']) {
      assert.equal(findings.find((finding) => finding.about === about)?.state, 'ok', about);
    }
    for (const { says } of findings) assert.doesNotMatch(says, /\n/);
    assert.match(findings.find(({ about }) => about === 'audit')?.says ?? '', /^[1-9]\d* rows/);
  });

  it('names an audit row that was changed after it was sealed, and the zone', async () => {
    const { rows } = await owner.query(`select id from audit.logs where resource_id = '3'`);
    await tamper(`update audit.logs set resource_id = 'other' where resource_id = '3'`);
    const [fault, ...others] = await faults();
    await tamper(`update audit.logs set resource_id = '3' where resource_id = 'other'`);
    assert.match(fault ?? '', new RegExp(`^audit: in ${ZONE} the row at place \\d+ \\(${rows[0].id}\\) was changed`));
    assert.deepEqual(others, []);
    assert.deepEqual(await faults(), []);
  });

  it('names the place of an audit row that was taken out', async () => {
    await tamper(
      `create temporary table taken as select * from audit.logs where resource_id = '4'; delete from audit.logs where resource_id = '4'`,
    );
    const found = await faults();
    await tamper('insert into audit.logs select * from taken; drop table taken');
    assert.match(found.join('\n'), new RegExp(`^audit: in ${ZONE} the row at place \\d+ is missing`));
    assert.deepEqual(await faults(), []);
  });

  it('names events that were given up, and gives them their tries again when asked', async () => {
    await owner.query(
      `insert into events.parked (zone_id, handler, position, id, name, payload, at, tries, failure)
       values ($1, 'chat.merge-guest', 999, 'event_1', 'identity.guest-merged', '{}', now(), 6, E'it broke\nhere')`,
      [ZONE],
    );
    assert.deepEqual(await faults(), [
      `events: chat.merge-guest in ${ZONE} gave up identity.guest-merged event_1: it broke here`,
      'events: 1 parked: mend the cause, then ./madang doctor --retry-parked',
    ]);
    assert.deepEqual(
      (await look({}, true)).filter(({ state }) => state === 'fault'),
      [],
    );
    assert.equal((await owner.query('select from events.deferred where position = 999')).rowCount, 1);
  });

  it('tells of jobs that failed without calling it a fault', async () => {
    await owner.query(
      `insert into jobs.jobs (zone_id, id, name, payload, state, attempt, failure, finished_at)
       values ($1, 'job_1', 'media.delete-blobs', '{}', 'failed', 10, 'no luck', now())`,
      [ZONE],
    );
    const told = (await look()).filter(({ about }) => about === 'jobs');
    assert.match(told[0]?.says ?? '', new RegExp(`^media.delete-blobs job_1 in ${ZONE} failed after 10 tries`));
    assert.deepEqual([...new Set(told.map(({ state }) => state))], ['note']);
  });

  it('names a table that does not keep zones apart', async () => {
    await owner.query('alter table chat.rooms no force row level security');
    const found = await faults();
    await owner.query('alter table chat.rooms force row level security');
    assert.match(found.join('\n'), /^tenancy: .*chat\.rooms \(has no forced row-level security\)/);
  });

  it('tells migrations that wait, and one that was changed', async () => {
    const { rows } = await owner.query(`delete from madang.migrations where name like '%chat_search.sql' returning name, checksum`);
    const waiting = await look();
    assert.match(waiting.find(({ about }) => about === 'migrations')?.says ?? '', /^1 wait \(\d+_\d+_chat_search\.sql first\)/);
    await owner.query('insert into madang.migrations (name, checksum) values ($1, $2)', [rows[0].name, 'other']);
    const changed = await faults();
    await owner.query('update madang.migrations set checksum = $2 where name = $1', [rows[0].name, rows[0].checksum]);
    assert.match(changed.join('\n'), /^migrations: .*chat_search\.sql was applied and has been changed since/);
  });

  it('says what to correct where database, Redis, folder or settings are wrong', async () => {
    const elsewhere = new URL(database.ownerUrl);
    elsewhere.pathname = '/no_such_database';
    assert.match((await faults({ DATABASE_URL: elsewhere.href })).join('\n'), /^database: there is no database "no_such_database"/);
    assert.match((await faults({ REDIS_URL: 'redis://127.0.0.1:1' })).join('\n'), /^redis: Redis does not answer at 127\.0\.0\.1:1/);
    assert.match((await faults({ MADANG_SECRET: 'short' })).join('\n'), /^settings: MADANG_SECRET must be at least 32/);
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    const found = await examine({ data: path.join(file, 'below'), environment: {} });
    assert.match(found.find(({ state }) => state === 'fault')?.says ?? '', /a-file is a file/);
  });

  it('makes nothing where nothing is', async () => {
    const nowhere = path.join(folder, 'nowhere');
    const found = await examine({ data: nowhere, environment: {} });
    assert.deepEqual(
      found.filter(({ state }) => state === 'fault'),
      [],
    );
    assert.match(found.find(({ about }) => about === 'database')?.says ?? '', /not made yet/);
    await assert.rejects(rm(nowhere), { code: 'ENOENT' });
  });
});
