import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type AuditEntry, type Closable, silentLogger, sql, systemClock, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { chainHash } from './audit-chain.ts';
import { type AuditModule, createAuditModule } from './module.ts';

const entry: AuditEntry = { action: 'update', resourceType: 'zone', resourceId: 'univ', actor: { id: 'user_1', orgId: 'org_1' } };

describe('audit log', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  let audit: AuditModule;
  let univ: ZoneContext;
  let talk: ZoneContext;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    univ = t.zone('univ');
    talk = t.zone('talk');
    audit = createAuditModule({ city: t.database.city(), clock: systemClock, logger: silentLogger });
  });
  after(async () => {
    await owner.end();
    await t.close();
  });
  beforeEach(() => owner.query('truncate audit.logs, audit.chain_heads'));

  const record = (zone: ZoneContext, more: Partial<AuditEntry> = {}) =>
    zone.db.transaction((tx) => audit.writer.record(tx, { ...entry, ...more }));
  const records = async (zone: ZoneContext, count: number) => {
    for (let n = 0; n < count; n++) await record(zone, { details: { n } });
  };
  const rows = async (zone: ZoneContext) =>
    (await owner.query('select id, chain_no, hash from audit.logs where zone_id = $1 order by chain_no, at, id', [zone.zone.id])).rows;
  /** The partition of this month or a later one. */
  const partition = async (monthsAhead: number): Promise<string> => {
    const text = `select 'audit.logs_' || to_char((now() at time zone 'UTC') + make_interval(months => $1), 'YYYY_MM') as name`;
    return (await owner.query(text, [monthsAhead])).rows[0].name;
  };
  /** As an owner who has put the trigger aside. */
  const tamper = async (text: string, ...values: unknown[]) => {
    await owner.query('begin');
    await owner.query(`set local session_replication_role = 'replica'`);
    const { rowCount } = await owner.query(text, values);
    await owner.query('commit');
    assert.equal(rowCount, 1);
  };

  describe('a row', () => {
    it('is written with the change or not at all', async () => {
      await assert.rejects(
        univ.db.transaction(async (tx) => {
          await audit.writer.record(tx, entry);
          throw new Error('the change failed');
        }),
        /the change failed/,
      );
      assert.equal((await rows(univ)).length, 0);
      await record(univ);
      assert.equal((await rows(univ)).length, 1);
    });

    it('keeps who, where from and what, or nothing where nobody is known', async () => {
      await record(univ, { ip: '192.0.2.7', userAgent: 'Firefox', details: { name: ['마당', '마당 2'] } });
      await record(univ, { action: 'login', actor: null, resourceId: null });
      const kept = (
        await owner.query(
          'select user_id, org_id, action, resource_type, resource_id, ip, user_agent, details from audit.logs order by action desc',
        )
      ).rows;
      assert.deepEqual(kept, [
        {
          user_id: 'user_1',
          org_id: 'org_1',
          action: 'update',
          resource_type: 'zone',
          resource_id: 'univ',
          ip: '192.0.2.7',
          user_agent: 'Firefox',
          details: { name: ['마당', '마당 2'] },
        },
        { user_id: null, org_id: null, action: 'login', resource_type: 'zone', resource_id: null, ip: null, user_agent: null, details: {} },
      ]);
    });

    it('is never refused for its text', async () => {
      await record(univ, {
        action: '가'.repeat(500),
        resourceId: 'a\0b',
        userAgent: '😀'.repeat(600),
        ip: 'x'.repeat(100),
        details: { tried: '\0\ud800', long: '가'.repeat(9_000) },
      });
      assert.equal((await rows(univ)).length, 1);
    });

    for (const month of ['1999-05-31', '2026-12-31', '2027-01-01', '2031-07-01']) {
      it(`of ${month} finds a place`, async () => {
        const late = createAuditModule({
          city: t.database.city(),
          clock: { now: () => new Date(`${month}T23:59:59.999Z`) },
          logger: silentLogger,
        });
        await univ.db.transaction((tx) => late.writer.record(tx, entry));
        await late.sealNow();
        assert.equal((await late.verifyChain(univ)).verified, 1);
      });
    }
  });

  describe('append-only', () => {
    it('for modules: they may insert and read their own zone, and nothing else', async () => {
      await record(univ);
      assert.equal((await univ.db.many(sql('select id from audit.logs'))).length, 1);
      assert.equal((await talk.db.many(sql('select id from audit.logs'))).length, 0);
      for (const text of [
        `update audit.logs set action = 'nothing'`,
        `update audit.logs set chain_no = 1, hash = 'x'`,
        'delete from audit.logs',
        'truncate audit.logs',
        `insert into audit.logs (zone_id, at, id, action, resource_type, chain_no, hash) values ('univ', now(), 'x', 'a', 'b', 1, 'x')`,
        `insert into audit.chain_heads values ('univ', 9, 'x')`,
        'select id from audit.logs_other',
        `delete from ${await partition(0)}`,
        'select audit.ensure_partitions(1)',
      ]) {
        await assert.rejects(univ.db.run(sql(text)), /permission denied/, text);
      }
      await assert.rejects(
        univ.db.run(sql(`insert into audit.logs (zone_id, at, id, action, resource_type) values ('talk', now(), 'x', 'a', 'b')`)),
        /row-level security/,
      );
    });

    it('for the owner too, and for sealed rows', async () => {
      await record(univ);
      await assert.rejects(owner.query(`update audit.logs set action = 'nothing'`), /append-only/);
      await assert.rejects(owner.query('delete from audit.logs'), /append-only/);
      await assert.rejects(owner.query(`update audit.logs set chain_no = 1, hash = 'x', action = 'nothing'`), /append-only/);
      await audit.sealNow();
      await assert.rejects(owner.query(`update audit.logs set chain_no = 2, hash = 'x'`), /append-only/);
    });
  });

  describe('the chain', () => {
    it('holds every committed row, each zone its own', async () => {
      await records(univ, 5);
      await records(talk, 3);
      assert.equal(await audit.sealNow(), 8);
      await records(univ, 2);
      assert.equal(await audit.sealNow(), 2);
      assert.equal(await audit.sealNow(), 0);
      assert.deepEqual(
        (await rows(univ)).map((row) => Number(row.chain_no)),
        [1, 2, 3, 4, 5, 6, 7],
      );
      assert.deepEqual(await audit.verifyChain(univ), { zoneId: 'univ', verified: 7, unsealed: 0, broken: null });
      assert.deepEqual(await audit.verifyChain(talk), { zoneId: 'talk', verified: 3, unsealed: 0, broken: null });
    });

    it('of a zone without rows is whole', async () => {
      assert.deepEqual(await audit.verifyChain(univ), { zoneId: 'univ', verified: 0, unsealed: 0, broken: null });
    });

    it('is longer than a batch and a page', async () => {
      await owner.query(
        `insert into audit.logs (zone_id, at, id, action, resource_type)
         select 'univ', date_trunc('milliseconds', now()), 'audit_' || g, 'create', 'room' from generate_series(1, 2100) g`,
      );
      assert.equal(await audit.sealNow(), 2_100);
      assert.deepEqual(await audit.verifyChain(univ), { zoneId: 'univ', verified: 2_100, unsealed: 0, broken: null });
    });

    it('takes a row that was written earlier and committed later', async () => {
      const slow = new pg.Client({ connectionString: t.ownerUrl });
      await slow.connect();
      try {
        await slow.query('begin');
        await slow.query(
          `insert into audit.logs (zone_id, at, id, action, resource_type) values ('univ', '2026-11-21T00:00:00Z', 'audit_slow', 'create', 'room')`,
        );
        await records(univ, 2);
        assert.equal(await audit.sealNow(), 2);
        await slow.query('commit');
      } finally {
        await slow.end();
      }
      assert.equal(await audit.sealNow(), 1);
      assert.deepEqual(await audit.verifyChain(univ), { zoneId: 'univ', verified: 3, unsealed: 0, broken: null });
    });

    it('stays one chain though sealers compete and writers go on', async () => {
      const sealers = Array.from({ length: 4 }, async () => {
        for (let n = 0; n < 10; n++) await audit.sealNow();
      });
      await Promise.all([...sealers, records(univ, 30), records(talk, 30)]);
      await audit.sealNow();
      for (const zone of [univ, talk]) {
        assert.deepEqual(await audit.verifyChain(zone), { zoneId: zone.zone.id, verified: 30, unsealed: 0, broken: null });
      }
    });

    it('says what is not sealed yet', async () => {
      await records(univ, 2);
      assert.deepEqual(await audit.verifyChain(univ), { zoneId: 'univ', verified: 0, unsealed: 2, broken: null });
    });

    describe('names the first row that', () => {
      let ids: string[];
      beforeEach(async () => {
        await records(univ, 6);
        await audit.sealNow();
        ids = (await rows(univ)).map((row) => row.id);
      });
      const broken = async () => (await audit.verifyChain(univ)).broken;

      for (const [what, change] of [
        ['who', `user_id = 'user_2'`],
        ['what', `action = 'read'`],
        ['when', `at = at - interval '1 day'`],
        ['details', `details = '{"n": 99}'`],
        ['its hash', `hash = repeat('0', 64)`],
      ]) {
        it(`was changed: ${what}`, async () => {
          await tamper(`update audit.logs set ${change} where id = $1`, ids[2]);
          assert.deepEqual(await broken(), { chainNo: 3, id: ids[2], fault: 'changed' });
        });
      }

      it('was changed together with its hash', async () => {
        const { rows: kept } = await owner.query('select * from audit.logs where id = any($1) order by chain_no', [[ids[1], ids[2]]]);
        const forged = chainHash(kept[0].hash, 3, {
          zoneId: 'univ',
          at: kept[1].at,
          id: kept[1].id,
          userId: 'user_2',
          orgId: 'org_1',
          action: 'update',
          resourceType: 'zone',
          resourceId: 'univ',
          ip: null,
          userAgent: null,
          details: kept[1].details,
        });
        await tamper(`update audit.logs set user_id = 'user_2', hash = $2 where id = $1`, ids[2], forged);
        assert.deepEqual(await broken(), { chainNo: 4, id: ids[3], fault: 'changed' });
      });

      it('is missing', async () => {
        await tamper('delete from audit.logs where id = $1', ids[2]);
        assert.deepEqual(await broken(), { chainNo: 3, id: null, fault: 'missing' });
      });

      it('is missing at the end', async () => {
        await tamper('delete from audit.logs where id = $1', ids[5]);
        assert.deepEqual(await broken(), { chainNo: 6, id: null, fault: 'missing' });
      });

      it('is missing though those after it moved up', async () => {
        await tamper('delete from audit.logs where id = $1', ids[5]);
        await tamper('delete from audit.logs where id = $1', ids[4]);
        await tamper('update audit.chain_heads set chain_no = 4 where zone_id = $1', 'univ');
        assert.deepEqual(await broken(), { chainNo: 4, id: ids[3], fault: 'changed' });
      });

      it('slipped in', async () => {
        await tamper(
          `insert into audit.logs select zone_id, at + interval '1 second', 'audit_forged', user_id, org_id, action, resource_type, resource_id,
             ip, user_agent, details, chain_no, hash from audit.logs where id = $1`,
          ids[2],
        );
        assert.deepEqual(await broken(), { chainNo: 3, id: 'audit_forged', fault: 'extra' });
      });

      it('slipped in before the first', async () => {
        await tamper(
          `insert into audit.logs select zone_id, at, 'audit_forged', user_id, org_id, action, resource_type, resource_id,
             ip, user_agent, details, 0, hash from audit.logs where id = $1`,
          ids[0],
        );
        assert.deepEqual(await broken(), { chainNo: 6, id: null, fault: 'extra' });
      });
    });
  });

  describe('the keeper', () => {
    it('seals what is written while it runs, and makes the next months', async (c) => {
      const last = await partition(3);
      await owner.query(`drop table ${last}`);
      const keeper = (await audit.module.start?.()) as Closable;
      try {
        await records(univ, 3);
        await c.waitFor(async () => assert.equal((await audit.verifyChain(univ)).verified, 3), { timeout: 5_000 });
      } finally {
        await keeper.close();
        await keeper.close();
      }
      const { rows: made } = await owner.query('select relforcerowsecurity from pg_class where oid = to_regclass($1)', [last]);
      assert.deepEqual(made, [{ relforcerowsecurity: true }]);
    });
  });
});
