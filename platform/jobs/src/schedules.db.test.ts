import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createMemoryShared } from '@madang/cache';
import { type Closable, defineJob, job, type Schedule, silentLogger, systemOnly, type Zone } from '@madang/kernel';
import { type TestClock, type TestDatabase, testClock, testDatabase, testZone } from '@madang/testing';
import pg from 'pg';
import { z } from 'zod';
import { createJobs } from './create-jobs.ts';

const tidy = defineJob({ name: 'test.tidy', payload: z.object({}), policy: systemOnly('a test') });
const everyNight: Schedule = { name: 'test.nightly', cron: '0 3 * * *', timeZone: 'Asia/Seoul', definition: tidy };
/** 03:00 in Seoul. */
const TICK = '2026-11-20T18:00:00.000Z';

describe('schedules', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  let shared: ReturnType<typeof createMemoryShared>;
  let clock: TestClock;
  let zones: Zone[];
  let runs: string[];
  let looks: number;
  let nodes = 0;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    shared = createMemoryShared();
  });
  after(async () => {
    await shared.close();
    await owner.end();
    await t.close();
  });
  beforeEach(async () => {
    await owner.query('truncate jobs.jobs, jobs.ticks');
    clock = testClock('2026-11-20T17:59:30.000Z');
    zones = [testZone('univ'), testZone('talk'), testZone('shut', { status: 'closed' })];
    runs = [];
    looks = 0;
  });

  const start = (options: { schedules?: Schedule[]; work?: boolean } = {}): Promise<Closable> =>
    createJobs({
      database: t.database,
      bus: shared.bus,
      zones: () => ({ list: async () => zones, context: async (id) => t.zone(id) }),
      registrations: () =>
        options.work === false
          ? []
          : [
              job(
                tidy,
                async () =>
                  async ({ zone }) =>
                    void runs.push(zone.zone.id),
              ),
            ],
      schedules: () => options.schedules ?? [everyNight],
      logger: silentLogger,
      clock: {
        now: () => {
          looks += 1;
          return clock.now();
        },
      },
      nodeId: `node_${++nodes}`,
      times: { lookMs: 10, pollMs: 20 },
    }).startWorker();
  type Waiting = { waitFor: (check: () => void) => Promise<unknown> };
  const looksOn = (c: Waiting) => {
    const before = looks;
    return c.waitFor(() => assert.ok(looks > before + 6));
  };
  const made = async () => (await owner.query('select zone_id from jobs.jobs order by zone_id')).rows.map((row) => row.zone_id);

  it('makes one job per open zone and tick, though two nodes look', async (c) => {
    const workers = [await start(), await start()];
    try {
      await looksOn(c);
      assert.deepEqual(runs, []);
      clock.set(new Date(TICK));
      await c.waitFor(() => assert.deepEqual(runs.toSorted(), ['talk', 'univ']), { timeout: 10_000 });
      clock.advance(59_000);
      await looksOn(c);
      assert.equal(runs.length, 2);
      clock.advance(86_400_000);
      await c.waitFor(() => assert.deepEqual(runs.toSorted(), ['talk', 'talk', 'univ', 'univ']), { timeout: 10_000 });
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
    assert.deepEqual(await made(), ['talk', 'talk', 'univ', 'univ']);
  });

  it('does not pile up while the last one is unfinished', async (c) => {
    clock.set(new Date(TICK));
    const worker = await start({ work: false });
    try {
      assert.deepEqual(await made(), ['talk', 'univ']);
      clock.advance(86_400_000);
      await looksOn(c);
    } finally {
      await worker.close();
    }
    assert.deepEqual(await made(), ['talk', 'univ']);
  });

  it('makes up once for ticks missed while nothing ran', async (c) => {
    clock.set(new Date(TICK));
    await (await start({ work: false })).close();
    await owner.query(`update jobs.jobs set state = 'done', finished_at = now()`);
    clock.advance(2 * 86_400_000 + 3_600_000);
    zones = [...zones, testZone('fresh')];
    const worker = await start({ work: false });
    try {
      await looksOn(c);
    } finally {
      await worker.close();
    }
    assert.deepEqual(await made(), ['talk', 'talk', 'univ', 'univ'], 'a zone that is new has missed nothing');
  });

  it('completes a tick that a killed node left halfway', async () => {
    clock.set(new Date(TICK));
    await (await start({ work: false })).close();
    await owner.query(`delete from jobs.jobs where zone_id = 'univ'`);
    await owner.query(`update jobs.ticks set last = last - interval '1 day' where zone_id = 'univ'`);
    clock.advance(20_000);
    await (await start({ work: false })).close();
    assert.deepEqual(await made(), ['talk', 'univ']);
  });

  it('refuses a bad expression, a bad time zone and two of one name at the start', async () => {
    await assert.rejects(start({ schedules: [{ ...everyNight, cron: 'soon' }] }), /cron 'soon' needs five fields/);
    await assert.rejects(start({ schedules: [{ ...everyNight, timeZone: 'Mars/Olympus' }] }), RangeError);
    await assert.rejects(start({ schedules: [everyNight, everyNight] }), /two schedules have the same name/);
  });
});
