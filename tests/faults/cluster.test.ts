import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type RedisServer, startRedis } from '@madang/cache/testing';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { type Courtyard, openCourtyard, signInGuest } from '../harness/courtyard.ts';
import { HttpClient } from '../harness/http-client.ts';
import { auditRoom, cleanAudit } from '../harness/room-audit.ts';
import { type RoundRobin, startRoundRobin } from '../harness/round-robin.ts';
import { seededRandom } from '../harness/seeded-random.ts';
import { freePort, onDatabase, type SpawnedNode, spawnNode } from '../harness/spawn-node.ts';
import { Talker } from '../harness/talker.ts';

const SEED = 7;

describe(`two nodes behind a round-robin, on one PostgreSQL and Redis (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let database: TestDatabase;
  let redis: RedisServer;
  let nodes: SpawnedNode[] = [];
  let proxy: RoundRobin;
  let courtyard: Courtyard;
  const start = (port: number) =>
    spawnNode({
      port,
      args: ['--no-demo'],
      environment: { ...onDatabase(database.ownerUrl, redis.url), MADANG_PUBLIC_PORT: String(port), MADANG_LIMIT_GUESTS: '40' },
    });
  before(async () => {
    [database, redis] = await Promise.all([testDatabase(), startRedis()]);
    const first = await start(await freePort());
    courtyard = await openCourtyard(first);
    nodes = [first, await start(await freePort())];
    proxy = await startRoundRobin(nodes.map(({ port }) => port));
  });
  after(async () => {
    await courtyard?.close();
    await proxy?.close();
    await Promise.all(nodes.map((node) => node.kill()));
    await redis?.close();
    await database?.close();
  });
  const node = (index: number): SpawnedNode => nodes[index] as SpawnedNode;
  async function assertWhole(): Promise<void> {
    await courtyard.settle();
    const audit = await auditRoom(database.ownerUrl, courtyard.roomId, courtyard.talkers);
    assert.deepEqual(audit, cleanAudit(audit));
    assert.equal(audit.stored, audit.acked);
  }
  const online = async (port: number): Promise<number> => {
    const { token } = courtyard.admin;
    const answer = await new HttpClient(port, 'localhost').ask(`/api/v1/rooms/${courtyard.roomId}`, { token });
    assert.equal(answer.status, 200, answer.text);
    return answer.json<{ online: number }>().online;
  };

  it('[CH1] [CH2] [CH5] loses nothing when one is killed: its people go on with the other, all in one order', async () => {
    const talkers = await courtyard.invite(8, random, proxy.port);
    for (const talker of talkers) talker.talk(2, 40);
    await sleep(600);
    assert.ok(
      [...proxy.taken.values()].every((count) => count > 0),
      'both nodes have people',
    );
    for (const index of [1, 0]) {
      await node(index).kill();
      await sleep(300 + random() * 400);
      nodes[index] = await start(node(index).port);
      await sleep(300);
    }
    await assertWhole();
    assert.ok(
      talkers.some(({ reconnects }) => reconnects > 1),
      'the kills met somebody',
    );
  });

  it('counts people of both nodes, and forgets those of a node that died', async () => {
    const people = courtyard.talkers.length;
    await eventually(async () => assert.deepEqual(await Promise.all(nodes.map(({ port }) => online(port))), [people, people]), 40_000);
  });

  it('[CH3] loses and doubles nothing when the network breaks off, again and again', async () => {
    for (const talker of courtyard.talkers) talker.talk(2, 20);
    const before = courtyard.talkers.map(({ reconnects }) => reconnects);
    for (let cut = 0; cut < 6; cut++) {
      await sleep(100 + random() * 300);
      proxy.cut();
    }
    await assertWhole();
    assert.ok(
      courtyard.talkers.every(({ reconnects }, index) => reconnects > (before[index] ?? 0)),
      'the cuts met everybody',
    );
  });

  it('[CH1] [CH5] loses nothing when Redis is restarted under load, and presence heals', async () => {
    for (const talker of courtyard.talkers) talker.talk(1, 40);
    await sleep(300);
    await redis.kill();
    await sleep(500 + random() * 500);
    await redis.start();
    await sleep(2_500); // its nodes come back within 2 s; what they say then shows every gap
    await assertWhole();
    const people = courtyard.talkers.length;
    await eventually(async () => assert.deepEqual(await Promise.all(nodes.map(({ port }) => online(port))), [people, people]), 40_000);
  });

  it('counts rates on all nodes together again after that', async () => {
    const answers: number[] = [];
    for (let i = 0; i < 60; i++) {
      const client = new HttpClient(node(i % 2).port, 'localhost');
      answers.push((await client.ask('/api/v1/auth/guest', { body: {}, headers: { 'x-forwarded-for': '198.51.100.7' } })).status);
    }
    assert.equal(answers.filter((status) => status === 201).length, 40);
    assert.equal(answers.filter((status) => status === 429).length, 20);
  });

  it('ends a session on the other node again after that, over HTTP and on open sockets', async () => {
    const guest = new HttpClient(node(0).port, 'localhost');
    const { accessToken: token, user } = await signInGuest(guest);
    const there = new HttpClient(node(1).port, 'localhost');
    const talker = new Talker({ client: there, token, userId: user.id, roomId: courtyard.roomId, random });
    try {
      await eventually(() => assert.ok(talker.connected));
      assert.equal((await there.ask('/api/v1/users/me', { token })).status, 200);
      assert.equal((await guest.ask('/api/v1/auth/logout', { method: 'POST', token })).status, 204);
      await eventually(async () => {
        assert.equal((await there.ask('/api/v1/users/me', { token })).status, 401);
        assert.ok(talker.faults.some((fault) => fault.startsWith('the session ended')));
      });
    } finally {
      await talker.close();
    }
  });
});
