import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisShared, type Shared } from '@madang/cache';
import { eventually, type RedisServer, startRedis } from '@madang/cache/testing';
import { type Bus, personRoom, silentLogger } from '@madang/kernel';
import type { Socket as ClientSocket } from 'socket.io-client';
import { type ConnectOptions, collect, connect, FakeWorld, refused, startNode, type TestNode } from './testing/fake-world.ts';

interface Spied extends Shared {
  /** Channel → messages that reached this node. */
  readonly heard: Map<string, string[]>;
}

function spied(shared: Shared): Spied {
  const heard = new Map<string, string[]>();
  const bus: Bus = {
    publish: (channel, message) => shared.bus.publish(channel, message),
    subscribe: (channel, handler) => {
      const messages = heard.get(channel) ?? [];
      heard.set(channel, messages);
      return shared.bus.subscribe(channel, (message) => {
        messages.push(message);
        handler(message);
      });
    },
  };
  return { ...shared, bus, heard };
}

describe('two nodes on one Redis', () => {
  const room = (name: string) => ({ namespace: '/test', zoneId: 'talk', room: name }) as const;
  let redis: RedisServer;
  let world: FakeWorld;
  let shared: Spied[];
  let nodes: TestNode[];
  const clients: ClientSocket[] = [];

  const node = (index: number): TestNode => nodes[index] as TestNode;
  const heardBy = (index: number, name: string): string[] => shared[index]?.heard.get(`realtime:talk:/test:${name}`) ?? [];
  async function enter(index: number, token: string, options?: ConnectOptions): Promise<ClientSocket> {
    const client = await connect(node(index), token, options);
    clients.push(client);
    return client;
  }

  before(async () => {
    redis = await startRedis();
  });
  beforeEach(async () => {
    world = new FakeWorld();
    shared = [];
    nodes = [];
    for (const nodeId of ['a', 'b']) {
      const one = spied(await createRedisShared({ url: redis.url, logger: silentLogger, nodeId }));
      shared.push(one);
      nodes.push(await startNode(world, { shared: one, nodeId, lingerMs: 50 }));
    }
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(nodes.map((one) => one.close()));
    await Promise.all(shared.map((one) => one.close()));
  });
  after(() => redis?.close());

  it('bring a room to its members on both, each event once, in order', async () => {
    const members = [
      await enter(0, 'talk/ana/s1'),
      await enter(0, 'talk/bo/s2'),
      await enter(1, 'talk/cy/s3'),
      await enter(1, 'talk/di/s4'),
    ];
    for (const member of members) await member.emitWithAck('join', { room: 'yard' });
    const got = members.map((member) => collect<number>(member, 'news'));
    for (let n = 0; n < 100; n++) {
      node(0).hub.emit(room('yard'), 'news', n, { volatile: n % 10 === 0 });
      if (n % 7 === 0) await sleep(1);
    }
    for (const numbers of got) {
      await eventually(() => assert.equal(numbers.length, 100));
      assert.deepEqual(
        numbers,
        Array.from({ length: 100 }, (_, n) => n),
      );
    }
    node(1).hub.emit(room('yard'), 'news', 100, { exceptSocketId: members[0]?.id });
    node(1).hub.emit(room('yard'), 'news', 101);
    await eventually(() =>
      assert.deepEqual(
        got.map((numbers) => numbers.at(-1)),
        [101, 101, 101, 101],
      ),
    );
    assert.deepEqual(
      got.map((numbers) => numbers.length),
      [101, 102, 102, 102],
    );
  });

  it('hear only rooms they have members in, until these are gone', async () => {
    const [ana, bo] = [await enter(0, 'talk/ana/s1'), await enter(1, 'talk/bo/s2')];
    await ana.emitWithAck('join', { room: 'here' });
    await bo.emitWithAck('join', { room: 'there' });
    const got = collect<number>(ana, 'news');
    node(1).hub.emit(room('here'), 'news', 1);
    node(1).hub.emit(room('there'), 'news', 2);
    await eventually(() => assert.deepEqual(got, [1]));
    await eventually(() => assert.equal(heardBy(1, 'there').length, 1));
    assert.deepEqual([heardBy(0, 'here').length, heardBy(0, 'there').length, heardBy(1, 'here').length], [1, 0, 0]);

    await ana.emitWithAck('leave', { room: 'here' });
    await eventually(async () => {
      const before = heardBy(0, 'here').length;
      node(1).hub.emit(room('here'), 'news', 3);
      await sleep(50);
      assert.equal(heardBy(0, 'here').length, before);
    });
    await ana.emitWithAck('join', { room: 'here' });
    node(1).hub.emit(room('here'), 'news', 4);
    await eventually(() => assert.deepEqual(got, [1, 4]));
  });

  it('reach a person and end a session wherever their sockets are', async () => {
    const [one, two, other] = [await enter(0, 'talk/ana/s1'), await enter(1, 'talk/ana/s1'), await enter(1, 'talk/ana/s2')];
    const [notes, ended] = [
      [one, two, other].map((client) => collect(client, 'note')),
      [one, two, other].map((client) => collect(client, 'session:ended')),
    ];
    node(0).hub.emit(room(personRoom('ana')), 'note', {});
    await eventually(() =>
      assert.deepEqual(
        notes.map(({ length }) => length),
        [1, 1, 1],
      ),
    );
    node(0).hub.endSession('talk', 's1', 'signed-out');
    await eventually(() => assert.deepEqual([one.connected, two.connected, other.connected], [false, false, true]));
    assert.deepEqual(ended, [[{ reason: 'signed-out' }], [{ reason: 'signed-out' }], []]);
  });

  it('evict a person from a room on both', async () => {
    const [one, two] = [await enter(0, 'talk/ana/s1'), await enter(1, 'talk/ana/s2')];
    const bo = await enter(1, 'talk/bo/s3');
    for (const client of [one, two, bo]) await client.emitWithAck('join', { room: 'yard' });
    const got = [one, two, bo].map((client) => collect<number>(client, 'news'));
    node(0).hub.emit(room('yard'), 'news', 1);
    node(0).hub.evict(room('yard'), 'ana');
    node(0).hub.emit(room('yard'), 'news', 2);
    await eventually(() => assert.deepEqual(got, [[1], [1], [1, 2]]));
    assert.deepEqual((await two.emitWithAck('join', { room: 'other' })).rooms, ['other']);
  });

  it("count a person's connections together", async () => {
    for (let i = 0; i < 10; i++) await enter(i % 2, `talk/ana/s${i}`);
    assert.equal((await refused(node(0), 'talk/ana/s10')).data?.code, 'request.rate_limited');
    assert.equal((await refused(node(1), 'talk/ana/s10')).data?.code, 'request.rate_limited');
    await enter(1, 'talk/bo/s1');
  });

  it('go on by themselves while Redis restarts, and together after it', async () => {
    const [ana, bo, cy] = [await enter(0, 'talk/ana/s1'), await enter(0, 'talk/bo/s2'), await enter(1, 'talk/cy/s3')];
    for (const client of [ana, bo, cy]) await client.emitWithAck('join', { room: 'yard' });
    const got = [ana, bo, cy].map((client) => collect<number>(client, 'news'));
    await redis.kill();
    await eventually(() => assert.ok(shared.every((one) => !one.isHealthy())));

    node(0).hub.emit(room('yard'), 'news', 1);
    await eventually(() => assert.deepEqual(got.slice(0, 2), [[1], [1]]));
    const late = await enter(0, 'talk/di/s4');
    assert.equal((await late.emitWithAck('join', { room: 'meanwhile' })).ok, true);
    assert.equal((await late.emitWithAck('limited', {})).ok, true);
    const lateGot = collect<number>(late, 'news');

    await redis.start();
    await eventually(() => assert.ok(shared.every((one) => one.isHealthy())));
    await eventually(async () => {
      node(0).hub.emit(room('yard'), 'news', 2);
      node(1).hub.emit(room('meanwhile'), 'news', 3);
      await sleep(20);
      assert.ok(got[2]?.includes(2) && lateGot.includes(3));
    });
    assert.ok([ana, bo, cy, late].every((client) => client.connected));
  });

  it('send clients to the database for what was lost between them', async () => {
    for (const [index, one] of shared.entries()) one.onGap(() => node(index).realtime.reconnectClients());
    const cy = await enter(1, 'talk/cy/s3', { reconnection: true });
    const [left, back] = [
      new Promise((resolve) => cy.once('disconnect', resolve)),
      new Promise((resolve) => cy.once('connect', () => resolve(true))),
    ];
    await redis.kill();
    await eventually(() => assert.ok(shared.every((one) => !one.isHealthy())));
    node(0).hub.emit(room(personRoom('cy')), 'news', 'lost');
    await redis.start();
    assert.equal(await left, 'transport close');
    assert.equal(await back, true);
    const got = collect(cy, 'news');
    node(0).hub.emit(room(personRoom('cy')), 'news', 'found');
    await eventually(() => assert.deepEqual(got, ['found']));
  });
});
