import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type RedisServer, startRedis } from '@madang/cache/testing';
import type { Socket } from 'socket.io-client';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import { startTestMadang, TEST_PASSWORD, type TestMadang } from '../harness/start-test-madang.ts';

/** What people of one node do is true on the other, within a second and in one order. */
describe('two nodes on one PostgreSQL and Redis', () => {
  let redis: RedisServer;
  let first: TestMadang;
  let second: TestMadang;
  const open: Socket[] = [];
  before(async () => {
    redis = await startRedis();
    const environment = { REDIS_URL: redis.url, MADANG_LIMIT_API_PERSON: '60' };
    first = await startTestMadang({ environment });
    second = await startTestMadang({ environment, joins: first });
  });
  after(async () => {
    for (const socket of open) socket.close();
    await second?.close();
    await first?.close();
    await redis?.close();
  });
  const connect = async (node: TestMadang, token: string): Promise<{ socket: Socket; seqs: number[]; events: string[] }> => {
    const socket = await node.socket('talk', token);
    open.push(socket);
    const seqs: number[] = [];
    const events: string[] = [];
    socket.onAny((event: string) => events.push(event));
    socket.on('message:new', ({ seq }: { seq: number }) => seqs.push(seq));
    return { socket, seqs, events };
  };
  const ask = (socket: Socket, event: string, payload: unknown) =>
    socket.timeout(5_000).emitWithAck(event, payload) as Promise<{ ok: boolean; seq: number; messages: { seq: number }[] }>;

  it('a token of one is good at the other, and so are its keys', async () => {
    const guest = await first.guest('talk');
    assert.equal((await second.client('talk').ask('/api/v1/users/me', { token: guest.token })).json().id, guest.id);
    const keys = await Promise.all([first, second].map(async (node) => (await node.client('').ask('/.well-known/jwks.json')).text));
    assert.equal(keys[0], keys[1]);
  });

  it('two people on two nodes talk: every message is heard once, places have no holes, typing and presence cross', async () => {
    const [mina, jun] = [await first.guest('talk'), await second.guest('talk')];
    const made = await mina.client.ask('/api/v1/rooms', { token: mina.token, body: { name: 'Both', visibility: 'public' } });
    const roomId = made.json<{ id: string }>().id;
    const [a, b] = [await connect(first, mina.token), await connect(second, jun.token)];
    for (const { socket } of [a, b]) assert.equal((await ask(socket, 'room:join', { roomId })).ok, true);
    const sends = Array.from({ length: 40 }, (_, n) =>
      ask(n % 2 === 0 ? a.socket : b.socket, 'message:send', { roomId, clientId: `m${n}`, body: `${n}` }),
    );
    const acked = (await Promise.all(sends)).map((ack) => ack.seq).sort((x, y) => x - y);
    assert.deepEqual(
      acked,
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
    for (const { seqs } of [a, b]) {
      await soon(() => seqs.length >= 40, 'all of them');
      assert.deepEqual(
        [...seqs].sort((x, y) => x - y),
        acked,
      );
    }
    await ask(a.socket, 'typing', { roomId, on: true });
    await soon(() => b.events.includes('typing'), 'typing on the other node');
    const online = await jun.client.ask(`/api/v1/rooms/${roomId}`, { token: jun.token });
    assert.equal(online.json<{ online: number }>().online, 2);
  });

  it('a session ended on one node is over on the other within a second, over HTTP and for open sockets', async () => {
    const guest = await first.guest('talk');
    const there = await connect(second, guest.token);
    const me = () => second.client('talk').ask('/api/v1/users/me', { token: guest.token });
    assert.equal((await me()).status, 200);
    const gone = new Promise((resolve) => there.socket.once('disconnect', resolve));
    await guest.client.ask('/api/v1/auth/logout', { method: 'POST', token: guest.token });
    await gone;
    assert.ok(there.events.includes('session:ended'));
    await soon(async () => (await me()).status === 401, 'refused there');
  });

  it('a role, a name and a zone that change on one node change on the other', async () => {
    const admin = await first.account('talk', 'zone_admin');
    const person = await second.account('talk', 'student');
    const settings = () => second.client('talk').ask('/api/v1/admin/zone', { token: person.token });
    assert.equal((await settings()).status, 403);
    await admin.client.ask(`/api/v1/admin/members/${person.id}`, { method: 'PATCH', token: admin.token, body: { role: 'zone_admin' } });
    await soon(async () => (await settings()).status === 200, 'the role');
    const { version } = (await settings()).json<{ version: number }>();
    await admin.client.ask('/api/v1/admin/zone', { method: 'PATCH', token: admin.token, body: { version, hue: 321 } });
    await soon(async () => (await second.client('talk').ask('/api/v1/zone')).json<{ hue: number }>().hue === 321, 'the hue');
    await admin.client.ask('/api/v1/users/me', { method: 'PATCH', token: admin.token, body: { name: 'Renamed here' } });
    await soon(async () => {
      const card = await second.client('talk').ask(`/api/v1/users/${admin.id}`, { token: person.token });
      return card.json<{ name: string }>().name === 'Renamed here';
    }, 'the name');
  });

  it('limits are counted together: 60 a minute over both', async () => {
    const guest = await first.guest('talk');
    const statuses: number[] = [];
    for (let n = 0; n < 70; n++) {
      const node = n % 2 === 0 ? first : second;
      statuses.push((await node.client('talk').ask('/api/v1/users/me', { token: guest.token })).status);
    }
    assert.equal(statuses.filter((status) => status === 200).length, 60);
    assert.equal(statuses.filter((status) => status === 429).length, 10);
  });

  it('a locked account is locked on both', async () => {
    const email = 'locked@example.org';
    const attempt = (node: TestMadang, password: string) =>
      node.client('talk').ask('/api/v1/auth/login', { body: { email, password }, headers: { 'x-forwarded-for': '198.51.100.50' } });
    for (let n = 0; n < 5; n++) assert.equal((await attempt(n % 2 === 0 ? first : second, 'Wrong-1 one')).status, 401);
    for (const node of [first, second]) assertProblem(await attempt(node, TEST_PASSWORD), 429, 'identity.locked_out');
  });
});
