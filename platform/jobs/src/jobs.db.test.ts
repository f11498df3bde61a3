import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createMemoryShared } from '@madang/cache';
import {
  type Bus,
  type Closable,
  defineJob,
  fail,
  type JobContext,
  type JobDefinition,
  type JobStatus,
  job,
  requestErrors,
  silentLogger,
  systemClock,
  systemOnly,
  type ZoneContext,
} from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { z } from 'zod';
import { type JobNews, jobChannel } from './channels.ts';
import { createJobs, type Jobs } from './create-jobs.ts';

const deadBus: Bus = { publish: () => {}, subscribe: async () => async () => {} };
const work = defineJob({
  name: 'test.work',
  payload: z.object({ n: z.int() }),
  policy: systemOnly('a test'),
  attempts: 3,
  concurrency: 1,
  retryDelaySeconds: 0.01,
});
type Work = { n: number };

describe('jobs', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  let univ: ZoneContext;
  let talk: ZoneContext;
  let shared: ReturnType<typeof createMemoryShared>;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    owner = new pg.Client({ connectionString: t.ownerUrl });
    await owner.connect();
    univ = t.zone('univ');
    talk = t.zone('talk');
    shared = createMemoryShared();
  });
  after(async () => {
    await shared.close();
    await owner.end();
    await t.close();
  });
  beforeEach(() => owner.query('truncate jobs.jobs'));

  type Handle = (context: JobContext, payload: Work) => Promise<Record<string, unknown> | void>;
  let nodes = 0;
  const node = (handle: Handle, options: { definition?: JobDefinition<Work>; bus?: Bus; times?: object } = {}): Jobs =>
    createJobs({
      database: t.database,
      bus: options.bus ?? shared.bus,
      zones: () => ({ list: async () => [], context: async (id) => t.zone(id) }),
      registrations: () => [job(options.definition ?? work, async () => handle)],
      schedules: () => [],
      logger: silentLogger,
      clock: systemClock,
      nodeId: `node_${++nodes}`,
      random: () => 0,
      times: { pollMs: 30, renewMs: 30, leaseSeconds: 5, graceMs: 2_000, ...options.times },
    });
  const idle = () => node(async () => {});
  const enqueue = (zone: ZoneContext, n: number, options: Parameters<Jobs['queue']['enqueue']>[3] = {}, jobs = idle()) =>
    zone.db.transaction((tx) => jobs.queue.enqueue(tx, work, { n }, options));
  const status = async (id: string, zone = univ): Promise<JobStatus> => {
    const found = await idle().queue.find(zone, id);
    assert.ok(found, `job ${id} is there`);
    return found;
  };
  const reaches = (
    c: { waitFor: (check: () => Promise<void>, options: object) => Promise<unknown> },
    id: string,
    state: JobStatus['state'],
    zone = univ,
  ) => c.waitFor(async () => assert.equal((await status(id, zone)).state, state), { timeout: 5_000, interval: 10 });
  const running = async (body: () => Promise<void>, ...all: Jobs[]) => {
    const workers: Closable[] = [];
    try {
      for (const each of all) workers.push(await each.startWorker());
      await body();
    } finally {
      await Promise.all(workers.map((worker) => worker.close()));
    }
  };
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const count = async () => Number((await owner.query('select count(*) from jobs.jobs')).rows[0].count);

  describe('enqueue', () => {
    it('leaves no job when the change is rolled back', async () => {
      await assert.rejects(
        univ.db.transaction(async (tx) => {
          await idle().queue.enqueue(tx, work, { n: 1 });
          throw new Error('the change failed');
        }),
        /the change failed/,
      );
      assert.equal(await count(), 0);
    });

    it('refuses a payload that its schema refuses', async () => {
      await assert.rejects(enqueue(univ, 1.5), z.ZodError);
      assert.equal(await count(), 0);
    });

    it('returns the unfinished job of the same key, zone and definition', async () => {
      const first = await enqueue(univ, 1, { key: 'room_1' });
      assert.equal(await enqueue(univ, 2, { key: 'room_1' }), first);
      assert.notEqual(await enqueue(univ, 3, { key: 'room_2' }), first);
      assert.notEqual(await enqueue(talk, 4, { key: 'room_1' }), first);
      const other = defineJob({ name: 'test.other', payload: z.object({ n: z.int() }), policy: work.policy });
      assert.notEqual(await univ.db.transaction((tx) => idle().queue.enqueue(tx, other, { n: 5 }, { key: 'room_1' })), first);
      assert.equal(await count(), 4);
    });

    it('makes one job of a key though many ask at once', async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => enqueue(univ, n, { key: 'same' })));
      assert.equal(new Set(ids).size, 1);
      assert.equal(await count(), 1);
    });

    it('makes a new job of a key once the last one has finished', async (c) => {
      const first = await enqueue(univ, 1, { key: 'again' });
      await running(() => reaches(c, first, 'done').then(() => {}), idle());
      assert.notEqual(await enqueue(univ, 1, { key: 'again' }), first);
    });

    it('is seen and cancelled by its own zone only', async () => {
      const id = await enqueue(univ, 1);
      assert.equal(await idle().queue.find(talk, id), undefined);
      await idle().queue.cancel(talk, id);
      assert.equal((await status(id)).state, 'queued');
      assert.equal(await idle().queue.find(univ, 'not an id'), undefined);
    });
  });

  describe('running', () => {
    it('hands the handler its zone, payload and try, and keeps what it returns', async (c) => {
      const seen: unknown[] = [];
      const jobs = node(async ({ jobId, zone, attempt, signal }, { n }) => {
        seen.push(jobId, zone.zone.id, attempt, signal.aborted, n);
        return { answer: 42 };
      });
      const id = await enqueue(univ, 7);
      await running(() => reaches(c, id, 'done').then(() => {}), jobs);
      assert.deepEqual(seen, [id, 'univ', 1, false, 7]);
      const { percent, detail, failure, attempt, finishedAt } = await status(id);
      assert.deepEqual({ percent, detail, failure, attempt }, { percent: 100, detail: { answer: 42 }, failure: null, attempt: 1 });
      assert.ok(finishedAt instanceof Date);
    });

    it('is started by a hint, without waiting for a poll', async (c) => {
      const jobs = node(async () => {}, { times: { pollMs: 3_600_000 } });
      await running(async () => {
        const id = await enqueue(univ, 1, {}, jobs);
        await reaches(c, id, 'done');
      }, jobs);
    });

    it('is started by a poll when every hint is lost', async (c) => {
      const jobs = node(async () => {}, { bus: deadBus });
      await running(async () => {
        const id = await enqueue(univ, 1, {}, jobs);
        await reaches(c, id, 'done');
      }, jobs);
    });

    it('waits for startAfter', async (c) => {
      const late = await enqueue(univ, 1, { startAfter: new Date('2999-01-01') });
      const soon = await enqueue(univ, 2);
      await running(() => reaches(c, soon, 'done').then(() => {}), idle());
      assert.equal((await status(late)).state, 'queued');
    });

    it('never runs more than its concurrency on a node', async (c) => {
      let now = 0;
      let most = 0;
      const jobs = node(
        async () => {
          now += 1;
          most = Math.max(most, now);
          await new Promise((resolve) => setImmediate(resolve));
          now -= 1;
        },
        { definition: { ...work, concurrency: 3 } },
      );
      for (let n = 0; n < 20; n++) await enqueue(univ, n);
      await running(
        () => c.waitFor(async () => assert.equal((await jobs.stats()).counts.length, 0), { timeout: 5_000 }).then(() => {}),
        jobs,
      );
      assert.ok(most <= 3 && most > 0, `${most} at once`);
    });

    it('runs each job once though two nodes compete', async (c) => {
      const seen: number[] = [];
      const handle: Handle = async (_context, { n }) => void seen.push(n);
      const [a, b] = [node(handle, { definition: { ...work, concurrency: 4 } }), node(handle, { definition: { ...work, concurrency: 4 } })];
      const numbers = Array.from({ length: 60 }, (_, n) => n);
      await univ.db.transaction(async (tx) => {
        for (const n of numbers) await a.queue.enqueue(tx, work, { n });
      });
      await running(() => c.waitFor(() => assert.equal(seen.length, 60), { timeout: 5_000 }).then(() => {}), a, b);
      assert.deepEqual(
        seen.toSorted((x, y) => x - y),
        numbers,
      );
    });

    it('counts what waits and runs', async () => {
      await enqueue(univ, 1);
      await enqueue(univ, 2);
      await enqueue(talk, 3);
      const { runningHere, counts } = await idle().stats();
      assert.equal(runningHere, 0);
      assert.deepEqual(
        counts.map(({ zoneId, name, queued, running }) => ({ zoneId, name, queued, running })).toSorted((a, b) => a.queued - b.queued),
        [
          { zoneId: 'talk', name: 'test.work', queued: 1, running: 0 },
          { zoneId: 'univ', name: 'test.work', queued: 2, running: 0 },
        ],
      );
      assert.ok(counts.every(({ oldestSeconds }) => oldestSeconds >= 0 && oldestSeconds < 600));
    });
  });

  describe('turns', () => {
    const order = async (c: { waitFor: (check: () => void, options: object) => Promise<unknown> }, total: number, concurrency = 1) => {
      const seen: string[] = [];
      const handle: Handle = async ({ zone }, { n }) => void seen.push(`${zone.zone.id}:${n}`);
      await running(
        () => c.waitFor(() => assert.equal(seen.length, total), { timeout: 10_000 }).then(() => {}),
        node(handle, { definition: { ...work, concurrency } }),
      );
      return seen;
    };
    const flood = (zone: ZoneContext, jobs: number) =>
      owner.query(
        `insert into jobs.jobs (zone_id, id, name, payload) select $1, 'job_' || $1 || lpad(g::text, 6, '0'), 'test.work', jsonb_build_object('n', g)
           from generate_series(1, $2::int) g`,
        [zone.zone.id, jobs],
      );

    it('between zones, though one of them has ten thousand waiting', async (c) => {
      await flood(univ, 10_000);
      await enqueue(talk, 1);
      const seen: string[] = [];
      const handle: Handle = async ({ zone }, { n }) => void seen.push(`${zone.zone.id}:${n}`);
      await running(() => c.waitFor(() => assert.ok(seen.includes('talk:1')), { timeout: 5_000 }).then(() => {}), node(handle));
      assert.ok(seen.indexOf('talk:1') <= 1, `talk waited for ${seen.indexOf('talk:1')} jobs`);
    });

    it('alternate while both have some', async (c) => {
      await flood(univ, 6);
      await flood(talk, 3);
      const seen = await order(c, 9);
      assert.deepEqual(
        seen
          .slice(0, 6)
          .map((entry) => entry.split(':')[0])
          .toSorted(),
        ['talk', 'talk', 'talk', 'univ', 'univ', 'univ'],
      );
    });

    it('are dealt inside one claim too', async (c) => {
      await flood(univ, 6);
      await flood(talk, 2);
      const seen = await order(c, 8, 4);
      assert.equal(seen.slice(0, 4).filter((entry) => entry.startsWith('talk')).length, 2);
    });

    it('inside a zone go by priority, then by age', async (c) => {
      await enqueue(univ, 1);
      await enqueue(univ, 2, { priority: 5 });
      await enqueue(univ, 3);
      await enqueue(univ, 4, { priority: 5 });
      assert.deepEqual(await order(c, 4), ['univ:2', 'univ:4', 'univ:1', 'univ:3']);
    });

    it('a high priority of one zone takes nothing from another', async (c) => {
      for (let n = 1; n <= 4; n++) await enqueue(univ, n, { priority: 100 });
      await enqueue(talk, 1);
      assert.ok((await order(c, 5)).indexOf('talk:1') <= 1);
    });
  });

  describe('failing', () => {
    it('is tried again, and done when it succeeds', async (c) => {
      const attempts: number[] = [];
      const jobs = node(async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error(`try ${attempt}`);
      });
      const id = await enqueue(univ, 1);
      await running(() => reaches(c, id, 'done').then(() => {}), jobs);
      assert.deepEqual(attempts, [1, 2, 3]);
      assert.equal((await status(id)).failure, null);
    });

    it('is over after its last try, saying why', async (c) => {
      const id = await enqueue(univ, 1);
      const jobs = node(async () => fail(requestErrors.too_large));
      await running(() => reaches(c, id, 'failed').then(() => {}), jobs);
      const { attempt, failure } = await status(id);
      assert.deepEqual({ attempt, failure }, { attempt: 3, failure: 'request.too_large' });
    });

    it('waits longer before each try', async (c) => {
      const jobs = node(
        async () => {
          throw new Error('no');
        },
        { definition: { ...work, retryDelaySeconds: 1_000 } },
      );
      const id = await enqueue(univ, 1);
      await running(async () => {
        for (const expected of [1_000, 2_000]) {
          await c.waitFor(
            async () => {
              const { rows } = await owner.query('select extract(epoch from run_at - now())::float8 as wait from jobs.jobs where id = $1', [
                id,
              ]);
              assert.ok(Math.abs(rows[0].wait - expected) < 60, `${rows[0].wait} s`);
            },
            { timeout: 5_000 },
          );
          await owner.query('update jobs.jobs set run_at = now()');
        }
      }, jobs);
    });

    it('does not try a payload again that no longer fits', async (c) => {
      const id = await enqueue(univ, 1);
      await owner.query(`update jobs.jobs set payload = '{"n": "one"}'`);
      await running(() => reaches(c, id, 'failed').then(() => {}), idle());
      assert.equal((await status(id)).attempt, 1);
    });

    it('a try that takes too long is aborted and counts', async (c) => {
      const reasons: string[] = [];
      const jobs = node(
        ({ signal }) => {
          signal.addEventListener('abort', () => reasons.push(String(signal.reason)));
          return untilAborted(signal);
        },
        { definition: { ...work, attempts: 2, timeoutSeconds: 0.05 } },
      );
      const id = await enqueue(univ, 1);
      await running(() => reaches(c, id, 'failed').then(() => {}), jobs);
      assert.deepEqual(reasons, Array(2).fill('JobStopped: the job was stopped: timed-out'));
      assert.equal((await status(id)).failure, 'no end within 0.05 s');
    });

    it('frees its place for others', async (c) => {
      const jobs = node(async (_context, { n }) => {
        if (n === 1) throw new Error('poison');
      });
      const bad = await enqueue(univ, 1);
      const good = await enqueue(univ, 2);
      await running(async () => {
        await reaches(c, good, 'done');
        await reaches(c, bad, 'failed');
      }, jobs);
    });
  });

  describe('cancel', () => {
    it('a queued job never starts', async (c) => {
      const seen: number[] = [];
      const jobs = node(async (_context, { n }) => void seen.push(n));
      const first = await enqueue(univ, 1);
      const second = await enqueue(univ, 2);
      await jobs.queue.cancel(univ, first);
      await jobs.queue.cancel(univ, first);
      await running(() => reaches(c, second, 'done').then(() => {}), jobs);
      assert.deepEqual(seen, [2]);
      assert.equal((await status(first)).state, 'cancelled');
    });

    for (const [what, bus] of [
      ['by the bus', undefined],
      ['by a poll when the bus is dead', deadBus],
    ] as const) {
      it(`a running job is aborted on whatever node, ${what}`, async (c) => {
        const reasons: string[] = [];
        const jobs = node(
          ({ signal }) => {
            signal.addEventListener('abort', () => reasons.push(String(signal.reason)));
            return untilAborted(signal);
          },
          { ...(bus && { bus }), times: bus === undefined ? { renewMs: 3_600_000 } : {} },
        );
        const id = await enqueue(univ, 1);
        await running(async () => {
          await reaches(c, id, 'running');
          await node(async () => {}, { ...(bus && { bus }) }).queue.cancel(univ, id);
          await reaches(c, id, 'cancelled');
        }, jobs);
        assert.deepEqual(reasons, ['JobStopped: the job was stopped: cancelled']);
      });
    }

    it('of a finished job changes nothing', async (c) => {
      const jobs = idle();
      const id = await enqueue(univ, 1);
      await running(() => reaches(c, id, 'done').then(() => {}), jobs);
      await jobs.queue.cancel(univ, id);
      assert.equal((await status(id)).state, 'done');
    });
  });

  describe('progress', () => {
    it('is written, never more than once a second, and announced', async (c) => {
      const { promise: finish, resolve } = Promise.withResolvers<void>();
      const writes: number[] = [];
      const news: JobNews[] = [];
      const jobs = node(async ({ progress }) => {
        for (let percent = 1; percent <= 50; percent++) await progress(percent, { step: percent });
        await finish;
      });
      const id = await enqueue(univ, 1);
      const unsubscribe = await shared.bus.subscribe(jobChannel('univ', id), (message) => {
        const one = JSON.parse(message) as JobNews;
        news.push(one);
        if (one.state === 'running' && one.percent > 0) writes.push(one.percent);
      });
      await running(async () => {
        await c.waitFor(async () => assert.deepEqual((await status(id)).detail, { step: 50 }), { timeout: 5_000 });
        resolve();
        await reaches(c, id, 'done');
      }, jobs);
      await unsubscribe();
      assert.deepEqual(writes, [1, 50]);
      assert.deepEqual(news[0], { state: 'running', percent: 0, detail: null });
      assert.deepEqual(news.at(-1), { state: 'done', percent: 100, detail: { step: 50 } });
    });
  });

  describe('dead workers', () => {
    const kill = (id: string) =>
      owner.query(`update jobs.jobs set worker = 'node_dead', leased_until = now() - interval '1 second' where id = $1`, [id]);
    const orphan = async (attempt: number, more = '') => {
      const id = await enqueue(univ, 1);
      await owner.query(`update jobs.jobs set state = 'running', attempt = $2, started_at = now() ${more} where id = $1`, [id, attempt]);
      await kill(id);
      return id;
    };

    it('their job is taken up again', async (c) => {
      const id = await orphan(1);
      const attempts: number[] = [];
      await running(
        () => reaches(c, id, 'done').then(() => {}),
        node(async ({ attempt }) => void attempts.push(attempt)),
      );
      assert.deepEqual(attempts, [2]);
    });

    it('a job that kills its workers ends with its tries', async (c) => {
      const id = await orphan(3);
      await running(() => reaches(c, id, 'failed').then(() => {}), idle());
      assert.equal((await status(id)).failure, 'the worker that ran it died');
    });

    it('a cancelled one stays cancelled', async (c) => {
      const id = await orphan(1, ', cancel_requested = true');
      await running(() => reaches(c, id, 'cancelled').then(() => {}), idle());
    });

    it('a worker that lost its lease is aborted and has no say any more', async (c) => {
      let signalOfFirst: AbortSignal | undefined;
      const { promise: never, resolve: release } = Promise.withResolvers<void>();
      const first = node(
        async ({ signal }) => {
          signalOfFirst = signal;
          await never;
          return { by: 'first' };
        },
        { times: { pollMs: 3_600_000 } },
      );
      const second = node(async () => ({ by: 'second' }));
      await running(async () => {
        const id = await enqueue(univ, 1);
        await reaches(c, id, 'running');
        await kill(id);
        await running(async () => {
          await reaches(c, id, 'done');
          await c.waitFor(() => assert.match(String(signalOfFirst?.reason), /lease-lost/), { timeout: 10_000 });
          release();
        }, second);
        assert.deepEqual((await status(id)).detail, { by: 'second' });
      }, first);
    });

    it('leases of long jobs are kept', async (c) => {
      const { promise: finish, resolve } = Promise.withResolvers<void>();
      const jobs = node(() => finish.then(() => {}), { times: { leaseSeconds: 0.3 } });
      const id = await enqueue(univ, 1);
      await running(async () => {
        await reaches(c, id, 'running');
        const { rows } = await owner.query('select leased_until from jobs.jobs where id = $1', [id]);
        await c.waitFor(async () => {
          const later = await owner.query('select 1 from jobs.jobs where id = $1 and now() > $2', [id, rows[0].leased_until]);
          assert.equal(later.rowCount, 1);
        });
        assert.equal((await status(id)).attempt, 1);
        resolve();
        await reaches(c, id, 'done');
      }, jobs);
      assert.equal((await status(id)).attempt, 1);
    });
  });

  describe('closing', () => {
    it('aborts what runs and puts it back, not counting the try', async (c) => {
      const reasons: string[] = [];
      const jobs = node(({ signal }) => {
        signal.addEventListener('abort', () => reasons.push(String(signal.reason)));
        return untilAborted(signal);
      });
      const id = await enqueue(univ, 1);
      await running(() => reaches(c, id, 'running').then(() => {}), jobs);
      const { state, attempt } = await status(id);
      assert.deepEqual({ state, attempt }, { state: 'queued', attempt: 0 });
      assert.deepEqual(reasons, ['JobStopped: the job was stopped: shutdown']);
    });
  });

  it('sweeps what finished long ago, failures later', async (c) => {
    const [done, failed, waiting] = [
      await enqueue(univ, 1),
      await enqueue(univ, 2),
      await enqueue(univ, 3, { startAfter: new Date('2999-01-01') }),
    ];
    await owner.query(`update jobs.jobs set state = 'done', finished_at = now() - interval '4 days' where id = $1`, [done]);
    await owner.query(`update jobs.jobs set state = 'failed', finished_at = now() - interval '4 days' where id = $1`, [failed]);
    await running(
      () => c.waitFor(async () => assert.equal(await count(), 2)).then(() => {}),
      node(async () => {}, { times: { sweepMs: 20 } }),
    );
    assert.deepEqual((await owner.query('select id from jobs.jobs')).rows.map(({ id }) => id).toSorted(), [failed, waiting].toSorted());
  });
});
