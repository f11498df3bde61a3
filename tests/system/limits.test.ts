import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

describe('limits of a node, set low', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang({
      environment: {
        MADANG_LIMIT_API_ANONYMOUS: '10',
        MADANG_LIMIT_API_PERSON: '25',
        MADANG_LIMIT_GUESTS: '4',
        MADANG_LIMIT_SOCKETS: '2',
        MADANG_LIMIT_SENDS: '5',
        MADANG_TRUSTED_PROXIES: 'loopback',
      },
    });
  });
  after(() => madang.close());
  const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
  const ask = (path: string, ip: string, token?: string) =>
    madang.client('talk').ask(path, { ...from(ip), ...(token !== undefined && { token }) });

  it('no one is counted by address: 429 with Retry-After and a problem, for that address alone', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await ask('/api/v1/zone', '203.0.113.1')).status);
    assert.deepEqual(statuses, [...Array(10).fill(200), 429, 429]);
    const refused = await ask('/api/v1/zone', '203.0.113.1');
    assertProblem(refused, 429, 'request.rate_limited');
    const wait = Number(refused.headers['retry-after']);
    assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= 60, String(wait));
    assert.equal((await ask('/api/v1/zone', '203.0.113.2')).status, 200);
    for (const path of ['/health', '/ready', '/.well-known/jwks.json'])
      assert.equal((await ask(path, '203.0.113.1')).status, 200, `${path} is not counted`);
  });

  it('a forged chain of proxies does not make another address of anyone', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 14; n++) {
      const headers = { 'x-forwarded-for': `10.0.0.${n}, 203.0.113.77` };
      statuses.add((await madang.client('talk').ask('/api/v1/zone', { headers })).status);
    }
    assert.ok(statuses.has(429), 'what the client wrote before the last trusted hop is not believed');
  });

  it('who is signed in is counted as a person, wherever from: a school behind one address goes on', async () => {
    const made = await Promise.all(
      ['203.0.113.11', '203.0.113.12'].map((ip) => madang.client('talk').ask('/api/v1/auth/guest', { body: {}, ...from(ip) })),
    );
    const [first, second] = made.map((answer) => answer.json<{ accessToken: string }>().accessToken) as [string, string];
    const statuses: number[] = [];
    for (let n = 0; n < 27; n++) statuses.push((await ask('/api/v1/users/me', '203.0.113.20', first)).status);
    assert.deepEqual(statuses, [...Array(25).fill(200), 429, 429]);
    assert.equal((await ask('/api/v1/users/me', '203.0.113.21', first)).status, 429, 'from another address it is the same person');
    assert.equal((await ask('/api/v1/users/me', '203.0.113.20', second)).status, 200, 'and at the same address others go on');
  });

  it('guessing tokens is counted as no one', async () => {
    let last = 0;
    for (let n = 0; n < 12; n++) last = (await ask('/api/v1/users/me', '203.0.113.30', 'a.b.c')).status;
    assert.equal(last, 429);
  });

  it('new guests are limited by address', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++)
      statuses.push((await madang.client('talk').ask('/api/v1/auth/guest', { body: {}, ...from('203.0.113.40') })).status);
    assert.deepEqual(statuses, [201, 201, 201, 201, 429, 429]);
  });

  it('sockets of one person are limited, and a closed one makes room', async () => {
    const guest = await madang.client('talk').ask('/api/v1/auth/guest', { body: {}, ...from('203.0.113.50') });
    const token = guest.json<{ accessToken: string }>().accessToken;
    const first = await madang.socket('talk', token);
    const second = await madang.socket('talk', token);
    await assert.rejects(
      madang.socket('talk', token),
      (error: Error & { data?: { code?: string } }) => error.data?.code === 'request.rate_limited',
    );
    second.close();
    const third = await soon(() => madang.socket('talk', token).catch(() => undefined), 'room for another');
    third.close();
    first.close();
  });

  it('sends come in a burst and then by the second', async () => {
    const guest = await madang.client('talk').ask('/api/v1/auth/guest', { body: {}, ...from('203.0.113.60') });
    const token = guest.json<{ accessToken: string }>().accessToken;
    const room = await madang.client('talk').ask('/api/v1/rooms', { token, body: { name: 'Fast', visibility: 'private' } });
    const roomId = room.json<{ id: string }>().id;
    const socket = await madang.socket('talk', token);
    const acks = (await Promise.all(
      Array.from({ length: 40 }, (_, n) => socket.timeout(5_000).emitWithAck('message:send', { roomId, clientId: `${n}`, body: `${n}` })),
    )) as { ok: boolean; seq?: number; error?: { code: string } }[];
    const refused = acks.filter((ack) => !ack.ok);
    assert.ok(refused.length > 0 && refused.length <= 35, `${refused.length} refused`);
    for (const { error } of refused) assert.equal(error?.code, 'chat.too_fast');
    // who was refused sends again and gets through, once; who was not is told of the same message
    const places = new Set<number>();
    for (const [n, first] of acks.entries()) {
      const again = await soon(async () => {
        const ack = (await socket.timeout(5_000).emitWithAck('message:send', { roomId, clientId: `${n}`, body: `${n}` })) as {
          ok: boolean;
          seq: number;
        };
        return ack.ok && ack;
      }, 'a turn');
      if (first.ok) assert.equal(again.seq, first.seq);
      places.add(again.seq);
    }
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
    socket.close();
  });
});

describe('limits as the design has them', () => {
  let madang: TestMadang;
  before(async () => {
    madang = await startTestMadang({ environment: { MADANG_LIMIT_API_ANONYMOUS: '100', MADANG_LIMIT_API_PERSON: '600' } });
  });
  after(() => madang.close());

  it('a body over 256 KB is 413, and a route’s own limit is its own', async () => {
    const guest = await madang.guest('talk');
    const ask = (bytes: number) =>
      guest.client.ask('/api/v1/users/me', { method: 'PATCH', token: guest.token, body: { name: 'x', padding: 'y'.repeat(bytes) } });
    assert.equal((await ask(200_000)).status, 200);
    assertProblem(await ask(300_000), 413, 'request.too_large');
  });

  it('what is no JSON is 415 or 400, and a body nobody asked for does no harm', async () => {
    const guest = await madang.guest('talk');
    const ask = (raw: string, type: string) =>
      guest.client.ask('/api/v1/users/me', { method: 'PATCH', token: guest.token, raw, headers: { 'content-type': type } });
    assertProblem(await ask('name=x', 'application/x-www-form-urlencoded'), 415, 'request.unsupported_type');
    assertProblem(await ask('<x/>', 'text/xml'), 415, 'request.unsupported_type');
    for (const raw of ['{', '', 'null', '[]', '"x"', '{"name":', '\u0000', '{"name":"x"}}'])
      assertProblem(await ask(raw, 'application/json'), 400, 'request.invalid');
    assert.equal((await guest.client.ask('/api/v1/users/me', { method: 'GET', token: guest.token, raw: '{"a":1}' })).status, 200);
  });
});
