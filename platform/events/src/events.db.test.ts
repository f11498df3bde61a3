import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createMemoryShared } from '@madang/cache';
import {
  type AnyEventHandler,
  type Bus,
  type Closable,
  defineEvent,
  onEvent,
  silentLogger,
  systemClock,
  type ZoneContext,
} from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import pg from 'pg';
import { z } from 'zod';
import { createEvents, type Events } from './create-events.ts';
import type { TimeLimits } from './deliver.ts';
import type { DispatcherTimes } from './dispatcher.ts';

const happened = defineEvent('test.happened', z.object({ n: z.int() }));

/** Delivers nothing: every message is lost. */
const deadBus: Bus = { publish: () => {}, subscribe: async () => async () => {} };

describe('events', () => {
  let t: TestDatabase;
  let owner: pg.Client;
  let univ: ZoneContext;
  let talk: ZoneContext;
  let shared: ReturnType<typeof createMemoryShared>;
  const queries = new Map<string, number>();
  const ran = (name: string) => queries.get(name) ?? 0;

  before(async () => {
    t = await testDatabase({ poolSize: 8, onQuery: ({ name }) => queries.set(name, ran(name) + 1) });
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
  beforeEach(() => owner.query('truncate events.outbox, events.positions, events.deferred, events.parked'));

  type Options = { bus?: Bus; times?: Partial<DispatcherTimes>; limits?: TimeLimits; attempts?: number };
  const node = (handlers: AnyEventHandler[], { bus = shared.bus, times = {}, limits, attempts = 3 }: Options = {}): Events =>
    createEvents({
      database: t.database,
      bus,
      zones: () => ({ context: async (id) => t.zone(id) }),
      handlers: () => handlers,
      logger: silentLogger,
      clock: systemClock,
      times: { pollMs: 50, claimMs: 50, ...times },
      ...(limits && { limits }),
      retry: { attempts, seconds: () => 0 },
    });
  const publish = (zone: ZoneContext, ...numbers: number[]) =>
    zone.db.transaction(async (tx) => {
      for (const n of numbers) await node([]).publisher.publish(tx, happened, { n });
    });
  /** A handler that keeps what it got as `zone:n`. */
  const recorder = (
    delivery: 'once' | 'every-node',
    name = `test.${delivery}`,
    before?: (zoneId: string, n: number) => Promise<void> | void,
  ) => {
    const got: string[] = [];
    const handler = onEvent({
      event: happened,
      delivery,
      name,
      async handle({ zoneId }, { n }) {
        await before?.(zoneId, n);
        got.push(`${zoneId}:${n}`);
      },
    });
    return { got, handler };
  };
  const running = async (work: () => Promise<void>, ...events: Events[]) => {
    const started: Closable[] = [];
    try {
      for (const each of events) started.push(await each.start());
      await work();
    } finally {
      await Promise.all(started.map((each) => each.close()));
    }
  };
  const outboxSize = async () => Number((await owner.query('select count(*) from events.outbox')).rows[0].count);

  it('publishes with the change or not at all', async () => {
    const { publisher } = node([]);
    await assert.rejects(
      univ.db.transaction(async (tx) => {
        await publisher.publish(tx, happened, { n: 1 });
        throw new Error('the change failed');
      }),
      /the change failed/,
    );
    assert.equal(await outboxSize(), 0);
    await publisher.publish(univ.db, happened, { n: 2 });
    assert.equal(await outboxSize(), 1);
  });

  it('refuses a payload that its schema refuses', async () => {
    await assert.rejects(node([]).publisher.publish(univ.db, happened, { n: 1.5 }), z.ZodError);
    assert.equal(await outboxSize(), 0);
  });

  it('cannot be changed, removed or read from another zone by a module', async () => {
    await publish(univ, 1);
    assert.deepEqual(await talk.db.many({ text: 'select id from events.outbox', values: [] }), []);
    await assert.rejects(univ.db.run({ text: `update events.outbox set name = 'x'`, values: [] }), /permission denied/);
    await assert.rejects(univ.db.run({ text: 'delete from events.outbox', values: [] }), /permission denied/);
    await assert.rejects(univ.db.run({ text: 'select * from events.positions', values: [] }), /permission denied/);
  });

  it('delivers once in the cluster, and on every node', async (c) => {
    const once = recorder('once');
    const first = recorder('every-node');
    const second = recorder('every-node');
    await running(
      async () => {
        await publish(univ, 1, 2);
        await publish(talk, 3);
        await c.waitFor(() =>
          assert.deepEqual(
            [once, first, second].map(({ got }) => got.length),
            [3, 3, 3],
          ),
        );
      },
      node([once.handler, first.handler]),
      node([once.handler, second.handler]),
    );
    for (const { got } of [once, first, second]) assert.deepEqual(got.toSorted(), ['talk:3', 'univ:1', 'univ:2']);
  });

  it('tells the handler which event, of which zone and when', async (c) => {
    const contexts: { eventId: string; zoneId: string; zone: ZoneContext; at: Date }[] = [];
    const handler = onEvent({
      event: happened,
      delivery: 'once',
      name: 'test.context',
      async handle({ eventId, zoneId, zone, at }) {
        contexts.push({ eventId, zoneId, zone: await zone(), at });
      },
    });
    await running(
      async () => {
        await publish(univ, 1);
        await c.waitFor(() => assert.equal(contexts.length, 1), { timeout: 10_000 });
      },
      node([handler]),
    );
    const { rows } = await owner.query('select id, at from events.outbox');
    assert.deepEqual(
      [contexts[0]?.eventId, contexts[0]?.zoneId, contexts[0]?.zone.zone.id, contexts[0]?.at],
      [rows[0].id, 'univ', 'univ', rows[0].at],
    );
  });

  it('reaches every node though all bus messages are lost', async (c) => {
    const once = recorder('once');
    const every = recorder('every-node');
    await running(
      async () => {
        await publish(univ, 1);
        await c.waitFor(() => assert.deepEqual([...once.got, ...every.got], ['univ:1', 'univ:1']), { timeout: 10_000 });
      },
      node([once.handler, every.handler], { bus: deadBus }),
    );
  });

  it('keeps the order of a zone', async (c) => {
    const numbers = Array.from({ length: 130 }, (_, n) => n);
    const once = recorder('once');
    await running(
      async () => {
        for (const n of numbers) await publish(univ, n);
        await c.waitFor(() => assert.equal(once.got.length, numbers.length), { timeout: 5_000 });
      },
      node([once.handler]),
    );
    assert.deepEqual(
      once.got,
      numbers.map((n) => `univ:${n}`),
    );
  });

  it('does not skip what an older transaction commits later', async (c) => {
    const once = recorder('once');
    const every = recorder('every-node');
    const slow = new pg.Client({ connectionString: t.ownerUrl });
    await slow.connect();
    try {
      await running(
        async () => {
          await slow.query('begin');
          await slow.query(`select set_config('app.zone', 'univ', true)`);
          await slow.query(
            `insert into events.outbox (zone_id, id, name, payload) values ('univ', 'event_slow', 'test.happened', '{"n": 1}')`,
          );
          await publish(univ, 2);
          await c.waitFor(() => assert.deepEqual(every.got, ['univ:2']), { timeout: 10_000 });
          const asked = ran('events.next');
          await c.waitFor(() => assert.ok(ran('events.next') > asked + 3), { timeout: 10_000 });
          assert.deepEqual(once.got, [], 'a durable reader waits for the older transaction');
          await slow.query('commit');
          await c.waitFor(() => assert.equal(once.got.length + every.got.length, 4), { timeout: 10_000 });
        },
        node([once.handler, every.handler]),
      );
    } finally {
      await slow.end();
    }
    assert.deepEqual(once.got, ['univ:1', 'univ:2']);
    assert.deepEqual(every.got, ['univ:2', 'univ:1']);
  });

  it('repeats what a node did without saying so, on the node that takes over, and refuses the late word of the first', async (c) => {
    const { promise: never, resolve: release } = Promise.withResolvers<void>();
    const stuck = recorder('once', 'test.taken-over', () => never);
    const next = recorder('once', 'test.taken-over');
    // The first node never renews its lease: to the others it is dead.
    const dying = node([stuck.handler], { times: { leaseSeconds: 0.2, claimMs: 3_600_000 } });
    await publish(univ, 1);
    const first = await dying.start();
    try {
      await running(
        async () => {
          await publish(univ, 2);
          await c.waitFor(() => assert.deepEqual(next.got, ['univ:1', 'univ:2']), { timeout: 10_000 });
          const position = async () => (await owner.query('select xid, position, leased_by from events.positions')).rows[0];
          const reached = await position();
          const asked = ran('events.advance');
          release();
          await c.waitFor(() => assert.ok(ran('events.advance') > asked), { timeout: 10_000 });
          assert.deepEqual(stuck.got, ['univ:1']);
          assert.deepEqual(await position(), reached);
        },
        node([next.handler]),
      );
    } finally {
      release();
      await first.close();
    }
  });

  it('goes on from where the last node stopped', async (c) => {
    const once = recorder('once');
    await running(
      async () => {
        await publish(univ, 1);
        await c.waitFor(() => assert.equal(once.got.length, 1), { timeout: 10_000 });
      },
      node([once.handler]),
    );
    await publish(univ, 2);
    await running(
      async () => {
        await c.waitFor(() => assert.deepEqual(once.got, ['univ:1', 'univ:2']), { timeout: 10_000 });
      },
      node([once.handler]),
    );
  });

  it('tries a failed fact again, its zone waiting in order and other zones not waiting', async (c) => {
    let failures = 2;
    const { promise: mended, resolve: mend } = Promise.withResolvers<void>();
    const { promise: hanging, resolve: hangs } = Promise.withResolvers<void>();
    const once = recorder('once', 'test.flaky', async (zoneId, n) => {
      if (zoneId !== 'univ' || n !== 1) return;
      if (failures > 0) {
        failures -= 1;
        throw new Error('not yet');
      }
      hangs();
      await mended;
    });
    await running(
      async () => {
        await publish(univ, 1, 2);
        await hanging;
        await publish(talk, 3);
        await publish(univ, 4);
        await c.waitFor(() => assert.deepEqual(once.got, ['talk:3']), { timeout: 10_000 });
        mend();
        await c.waitFor(() => assert.deepEqual(once.got, ['talk:3', 'univ:1', 'univ:2', 'univ:4']), { timeout: 10_000 });
      },
      node([once.handler]),
    );
    assert.equal((await owner.query('select * from events.deferred')).rowCount, 0);
  });

  it('parks a poisonous fact after its last try, lets its zone go on, and gives it back on demand', async (c) => {
    let poisonous = true;
    let tries = 0;
    const once = recorder('once', 'test.poisoned', (_zone, n) => {
      if (n !== 1) return;
      tries += 1;
      if (poisonous) throw new Error('cannot digest');
    });
    const events = node([once.handler], { attempts: 3 });
    await running(async () => {
      await publish(univ, 1, 2);
      await c.waitFor(() => assert.deepEqual(once.got, ['univ:2']), { timeout: 10_000 });
      assert.equal(tries, 3);
      const parked = await events.parked();
      assert.deepEqual(
        parked.map(({ zoneId, handler, name, tries, failure }) => ({ zoneId, handler, name, tries, failure })),
        [{ zoneId: 'univ', handler: 'test.poisoned', name: 'test.happened', tries: 3, failure: 'cannot digest' }],
      );
      poisonous = false;
      assert.equal(await events.retryParked(), 1);
      await c.waitFor(() => assert.deepEqual(once.got, ['univ:2', 'univ:1']), { timeout: 10_000 });
      assert.deepEqual(await events.parked(), []);
    }, events);
  });

  it('treats a handler that hangs and a payload that no longer fits as failures', async (c) => {
    const hangs = onEvent({ event: happened, delivery: 'once', name: 'test.hangs', handle: () => new Promise<void>(() => {}) });
    const strict = defineEvent('test.happened', z.object({ n: z.int().min(10) }));
    const misfits = onEvent({ event: strict, delivery: 'once', name: 'test.misfits', handle: () => {} });
    const events = node([hangs, misfits], { attempts: 1, limits: { onceMs: 20, everyNodeMs: 20 } });
    await running(async () => {
      await publish(univ, 1);
      await c.waitFor(async () =>
        assert.deepEqual((await events.parked()).map(({ handler }) => handler).toSorted(), ['test.hangs', 'test.misfits']),
      );
    }, events);
  });

  it('an every-node handler that throws keeps nothing from the others', async (c) => {
    const broken = onEvent({
      event: happened,
      delivery: 'every-node',
      name: 'test.broken',
      handle() {
        throw new Error('broken');
      },
    });
    const every = recorder('every-node');
    await running(
      async () => {
        await publish(univ, 1, 2);
        await c.waitFor(() => assert.deepEqual(every.got, ['univ:1', 'univ:2']), { timeout: 10_000 });
      },
      node([broken, every.handler]),
    );
  });

  it('an every-node handler that hangs keeps no other zone waiting', async (c) => {
    const every = recorder('every-node', 'test.hanging', (zoneId) => (zoneId === 'univ' ? new Promise<void>(() => {}) : undefined));
    await running(
      async () => {
        await publish(univ, 1);
        for (const n of [2, 3]) await publish(talk, n);
        await c.waitFor(() => assert.deepEqual(every.got, ['talk:2', 'talk:3']), { timeout: 10_000 });
      },
      node([every.handler], { limits: { onceMs: 1_000, everyNodeMs: 300 } }),
    );
  });

  it('reads on where one read is not enough', async (c) => {
    const numbers = Array.from({ length: 1_100 }, (_, n) => n);
    const once = recorder('once');
    const every = recorder('every-node');
    await running(
      async () => {
        await publish(univ, ...numbers);
        await c.waitFor(() => assert.equal(once.got.length + every.got.length, 2_200), { timeout: 5_000 });
      },
      node([once.handler, every.handler]),
    );
    const expected = numbers.map((n) => `univ:${n}`);
    assert.deepEqual(once.got, expected);
    assert.deepEqual(every.got, expected);
  });

  it('the first handlers of a database hear what came before them; later ones begin with the present', async (c) => {
    await publish(univ, 1);
    const first = recorder('once', 'test.first');
    const later = recorder('once', 'test.later');
    await running(
      async () => {
        await c.waitFor(() => assert.deepEqual(first.got, ['univ:1']), { timeout: 10_000 });
      },
      node([first.handler]),
    );
    await running(
      async () => {
        await publish(univ, 2);
        await c.waitFor(() => assert.deepEqual([first.got, later.got], [['univ:1', 'univ:2'], ['univ:2']]), { timeout: 10_000 });
      },
      node([first.handler, later.handler]),
    );
  });

  it('loses nothing when the database moves to a cluster with lower transaction ids', async (c) => {
    const once = recorder('once');
    await running(
      async () => {
        await publish(univ, 1);
        await c.waitFor(() => assert.equal(once.got.length, 1), { timeout: 10_000 });
      },
      node([once.handler]),
    );
    await publish(univ, 2);
    await publish(univ, 3);
    const ahead = `(xid::text::bigint + 1000000000)::text::xid8`;
    await owner.query(`update events.outbox set xid = ${ahead}`);
    await owner.query(`update events.positions set xid = ${ahead}`);
    await running(
      async () => {
        await publish(univ, 4);
        await c.waitFor(() => assert.deepEqual(once.got, ['univ:1', 'univ:2', 'univ:3', 'univ:4']), { timeout: 10_000 });
      },
      node([once.handler]),
    );
  });

  it('sweeps old facts that every handler has passed, and no others', async (c) => {
    const once = recorder('once');
    const events = node([once.handler], { times: { sweepMs: 30, retentionSeconds: 60 } });
    await running(async () => {
      await publish(univ, 1, 2);
      await c.waitFor(() => assert.equal(once.got.length, 2), { timeout: 10_000 });
      await owner.query(`update events.outbox set at = now() - interval '2 minutes' where payload->>'n' = '1'`);
      await c.waitFor(
        async () => assert.deepEqual((await owner.query(`select payload->>'n' as n from events.outbox`)).rows, [{ n: '2' }]),
        { timeout: 10_000 },
      );
    }, events);
    await publish(univ, 3);
    await owner.query(`update events.outbox set at = now() - interval '2 minutes'`);
    await running(async () => {
      await c.waitFor(async () => assert.equal(await outboxSize(), 0), { timeout: 10_000 });
      assert.deepEqual(once.got, ['univ:1', 'univ:2', 'univ:3']);
    }, events);
  });

  it('refuses two handlers of one name', async () => {
    const { handler } = recorder('once');
    await assert.rejects(node([handler, handler]).start(), /two event handlers are named test.once/);
  });
});
