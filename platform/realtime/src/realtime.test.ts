import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@madang/cache/testing';
import { personRoom, silentLogger } from '@madang/kernel';
import type { Socket as ClientSocket } from 'socket.io-client';
import { type ConnectOptions, collect, connect, FakeWorld, newClient, refused, startNode, type TestNode } from './testing/fake-world.ts';

describe('a node of sockets', () => {
  let world: FakeWorld;
  let node: TestNode;
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (_: object, message: string) => errors.push(message), child: () => logger };
  const clients: ClientSocket[] = [];
  const target = (room: string, zoneId = 'talk') => ({ namespace: '/test', zoneId, room }) as const;

  async function enter(token: string, options?: ConnectOptions): Promise<ClientSocket> {
    const client = await connect(node, token, options);
    clients.push(client);
    return client;
  }
  beforeEach(async () => {
    world = new FakeWorld();
    errors.length = 0;
    node = await startNode(world, { logger, limits: { concurrentEvents: 4, queuedEvents: 8 } });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await node.close();
  });

  describe('handshake', () => {
    it('admits a token of the zone its Host names', async () => {
      const client = await enter('talk/ana/s1');
      assert.deepEqual(await client.emitWithAck('join', { room: 'yard' }), { ok: true, rooms: ['yard'] });
      assert.equal(node.realtime.socketCount(), 1);
    });

    const refusals: [string, string | undefined, ConnectOptions, string][] = [
      ['no token', undefined, {}, 'request.unauthenticated'],
      ['an empty token', '', {}, 'request.unauthenticated'],
      ['a token that is none', 'nonsense', {}, 'request.unauthenticated'],
      ['a token that is far too long', `talk/ana/${'s'.repeat(10_000)}`, {}, 'request.unauthenticated'],
      ['a token of another zone', 'univ/ana/s1', {}, 'request.wrong_zone'],
      ['a host without a zone', 'talk/ana/s1', { zone: 'nowhere' }, 'request.zone_unknown'],
      ['a page of another origin', 'talk/ana/s1', { headers: { origin: 'http://evil.example' } }, 'request.wrong_origin'],
      ['a namespace the policy guards', 'talk/ana/s1', { namespace: '/closed' }, 'request.forbidden'],
      ['the namespace nobody declared', 'talk/ana/s1', { namespace: '/' }, 'request.not_found'],
    ];
    for (const [what, token, options, code] of refusals) {
      it(`refuses ${what}: ${code}`, async () => {
        const { data } = await refused(node, token, options);
        assert.equal(data?.code, code);
        assert.ok((data?.message ?? '') !== '');
        assert.deepEqual(errors, []);
        assert.deepEqual(
          node.denials.map((denial) => denial.code),
          ['request.wrong_zone', 'request.forbidden'].filter((denied) => denied === code),
        );
      });
    }

    it('takes a page of the zone itself', async () => {
      await enter('talk/ana/s1', { headers: { origin: `http://talk.localhost:${node.port}` } });
    });

    it('speaks the language of the handshake, else of the browser, else Korean', async () => {
      const message = async (options: ConnectOptions) => (await refused(node, undefined, options)).data?.message;
      assert.equal(await message({ locale: 'en', headers: { 'accept-language': 'ja' } }), 'Please sign in.');
      assert.equal(await message({ headers: { 'accept-language': 'fr, ja;q=0.9' } }), 'ログインしてください。');
      assert.equal(await message({ locale: 'xx' }), '로그인이 필요해요.');
    });

    it('lets a person have ten connections, and an eleventh once one is gone', async () => {
      const ten = await Promise.all(Array.from({ length: 10 }, (_, i) => enter(`talk/ana/s${i}`)));
      assert.equal((await refused(node, 'talk/ana/s11')).data?.code, 'request.rate_limited');
      await enter('talk/bo/s1');
      ten[0]?.disconnect();
      await eventually(() => enter('talk/ana/s12'));
    });

    it('is only at /ws, only for WebSockets', async () => {
      for (const path of ['/', '/wsx', '/socket.io/?EIO=4&transport=websocket']) {
        const tcp = connectTcp(node.port, '127.0.0.1');
        tcp.write(
          `GET ${path} HTTP/1.1\r\nHost: talk.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n`,
        );
        const [answer] = await once(tcp, 'data');
        assert.match(String(answer), /^HTTP\/1\.1 404 /);
        tcp.destroy();
      }
      assert.equal((await fetch(`http://127.0.0.1:${node.port}/ws/?EIO=4&transport=polling`)).status, 404);
    });

    it('lets a connection into a namespace once, and not ask without end', async () => {
      const answers = await rawConnection(node.port, Array(10).fill('40/test,{"token":"talk/ana/s1"}'));
      assert.equal(answers.filter((answer) => answer.startsWith('40/test,')).length, 1);
      assert.ok(answers.some((answer) => answer.includes('request.conflict')));
      const nonsense = await rawConnection(node.port, Array(60).fill('40/closed,{"token":"talk/ana/s1"}'));
      assert.ok(nonsense.filter((answer) => answer.includes('request.forbidden')).length <= 20);
      assert.equal(nonsense.at(-1), 'closed');
    });
  });

  describe('events', () => {
    it('refuse unknown names, bad payloads and what the policy does not allow', async () => {
      const client = await enter('talk/ana/s1/mute', { locale: 'en' });
      for (const name of ['nothing', 'toString', '__proto__', 'constructor']) {
        assert.equal((await client.emitWithAck(name, {})).error.code, 'request.not_found', name);
      }
      const invalid = await client.emitWithAck('join', { room: 7 });
      assert.equal(invalid.ok, false);
      assert.equal(invalid.error.code, 'request.invalid');
      assert.equal(invalid.error.message, 'Please check what you entered.');
      assert.deepEqual(
        invalid.error.fields.map((field: { path: string }) => field.path),
        ['payload.room'],
      );
      assert.equal((await client.emitWithAck('join')).error.code, 'request.invalid');
      assert.equal((await client.emitWithAck('join', Buffer.from('x'))).error.code, 'request.invalid');
      assert.equal((await client.emitWithAck('say', { room: 'yard', text: 'x' })).error.code, 'request.forbidden');
      assert.deepEqual(
        node.denials.map(({ event, code, principal }) => [event, code, principal?.id]),
        [['say', 'request.forbidden', 'ana']],
      );
      assert.deepEqual(errors, []);
    });

    it('are handled without an acknowledgement too', async () => {
      const client = await enter('talk/ana/s1');
      const said = collect(client, 'said');
      client.emit('join', { room: 'yard' });
      client.emit('say', { room: 'yard', text: 'hello' });
      client.emit('nothing');
      client.emit('join', 'rubbish');
      await eventually(() => assert.deepEqual(said, [{ from: 'ana', text: 'hello' }]));
    });

    it('that fail unexpectedly say only that, and are logged', async () => {
      const client = await enter('talk/ana/s1', { locale: 'en' });
      assert.deepEqual(await client.emitWithAck('fail', null), {
        ok: false,
        error: { code: 'request.internal', message: 'Something went wrong. What was saved is safe.' },
      });
      assert.deepEqual(errors, ['a socket handler failed']);
    });

    it('obey their rate rule, per person', async () => {
      const client = await enter('talk/ana/s1');
      assert.equal((await client.emitWithAck('limited', {})).ok, true);
      assert.equal((await client.emitWithAck('limited', {})).ok, true);
      const other = await enter('talk/ana/s2');
      const { error } = await other.emitWithAck('limited', {});
      assert.equal(error.code, 'request.rate_limited');
      assert.ok(error.retryAfterSeconds > 0);
      assert.equal((await (await enter('talk/bo/s3')).emitWithAck('limited', {})).ok, true);
    });

    it('start in the order of arrival, whatever each has to wait for', async () => {
      const client = await enter('talk/ana/s1');
      const sent = Array.from({ length: 8 }, (_, i) => String(i));
      await Promise.all(sent.map((text) => client.emitWithAck('say', { room: 'yard', text })));
      assert.deepEqual(
        node.log.filter((line) => line.startsWith('say')),
        sent.map((text) => `say ${text}`),
      );
    });

    it('of one socket run a few at a time, wait a few more, and are refused beyond', async () => {
      const client = await enter('talk/ana/s1');
      const answers: { ok: boolean }[] = [];
      for (let n = 0; n < 40; n++) client.emit('hold', { n }, (answer: { ok: boolean }) => answers.push(answer));
      await eventually(() => assert.equal(node.log.filter((line) => line.startsWith('hold')).length, 4));
      node.release();
      await eventually(() => assert.equal(answers.length, 40));
      const handled = node.log.filter((line) => line.startsWith('hold ')).map((line) => Number(line.slice(5)));
      assert.deepEqual(
        handled,
        handled.toSorted((a, b) => a - b),
      );
      assert.equal(answers.filter(({ ok }) => ok).length, handled.length);
      assert.ok(handled.length >= 4 + 8);
    });

    it('larger than the limit close the connection, and the node lives on', async () => {
      const client = await enter('talk/ana/s1');
      client.emit('say', { room: 'yard', text: 'x'.repeat(70_000) });
      await new Promise((resolve) => client.once('disconnect', resolve));
      const again = await enter('talk/ana/s1');
      assert.equal((await again.emitWithAck('say', { room: 'yard', text: 'x'.repeat(60_000) })).length, 60_000);
    });

    it('that are no packets close the connection', async () => {
      assert.equal((await rawConnection(node.port, ['4{{{'])).at(-1), 'closed');
      assert.equal((await rawConnection(node.port, ['42/test,["join",{}]'])).at(-1), 'closed');
      assert.deepEqual(errors, []);
    });
  });

  describe('rooms', () => {
    it('bring events to members of the room in this zone only, not to the one left out', async () => {
      const [ana, bo, cy] = await Promise.all([enter('talk/ana/s1'), enter('talk/bo/s2'), enter('univ/cy/s3', { zone: 'univ' })]);
      const got = [ana, bo, cy].map((client) => collect<{ n: number }>(client, 'news'));
      await Promise.all([ana, bo, cy].map((client) => client.emitWithAck('join', { room: 'yard' })));
      node.hub.emit(target('yard'), 'news', { n: 1, 한: '글' });
      node.hub.emit(target('yard'), 'news', { n: 2 }, { exceptSocketId: ana.id });
      node.hub.emit(target('elsewhere'), 'news', { n: 3 });
      node.hub.emit(target('yard'), 'news', { n: 4 });
      await eventually(() =>
        assert.deepEqual(
          got[1]?.map(({ n }) => n),
          [1, 2, 4],
        ),
      );
      await eventually(() =>
        assert.deepEqual(
          got[0]?.map(({ n }) => n),
          [1, 4],
        ),
      );
      assert.deepEqual(got[1]?.[0], { n: 1, 한: '글' });
      node.hub.emit(target('yard', 'univ'), 'news', { n: 5 });
      await eventually(() =>
        assert.deepEqual(
          got[2]?.map(({ n }) => n),
          [5],
        ),
      );
    });

    it('keep the order over many events of every size, through acknowledgements', async () => {
      const client = await enter('talk/ana/s1');
      await client.emitWithAck('join', { room: 'yard' });
      const got = collect<{ n: number; pad: string }>(client, 'news');
      for (let n = 0; n < 300; n++) {
        node.hub.emit(target('yard'), 'news', { n, pad: '가'.repeat([0, 30, 100, 25_000][n % 4] ?? 0) });
        if (n % 10 === 0) client.emit('limited', {}, () => {});
        if (n % 25 === 0) await sleep(1);
      }
      await eventually(() => assert.equal(got.length, 300));
      assert.deepEqual(
        got.map(({ n }) => n),
        Array.from({ length: 300 }, (_, n) => n),
      );
      assert.ok(got.every(({ n, pad }) => pad.length === [0, 30, 100, 25_000][n % 4]));
    });

    it('are left by leaving, by eviction and by going', async () => {
      const [ana, bo] = [await enter('talk/ana/s1'), await enter('talk/bo/s2')];
      const got = collect<number>(ana, 'news');
      for (const room of ['a', 'b', 'c']) await ana.emitWithAck('join', { room });
      await bo.emitWithAck('join', { room: 'b' });
      await ana.emitWithAck('leave', { room: 'a' });
      node.hub.emit(target('b'), 'news', 1);
      node.hub.evict(target('b'), 'ana');
      for (const room of ['a', 'b', 'c']) node.hub.emit(target(room), 'news', 2);
      await eventually(() => assert.deepEqual(got, [1, 2]));
      assert.deepEqual((await ana.emitWithAck('join', { room: 'd' })).rooms, ['c', 'd']);
      ana.disconnect();
      await eventually(() => assert.ok(node.log.includes('disconnect ana from c,d')));
    });

    it('of a person hold each of their sockets from the start', async () => {
      const sockets = [await enter('talk/ana/s1'), await enter('talk/ana/s2')];
      const got = sockets.map((socket) => collect(socket, 'hello'));
      node.hub.emit(target(personRoom('ana')), 'hello', {});
      await eventually(() =>
        assert.deepEqual(
          got.map(({ length }) => length),
          [1, 1],
        ),
      );
    });

    it('survive a payload that JSON cannot say', () => {
      node.hub.emit(target('yard'), 'news', { n: 1n });
      assert.deepEqual(errors, ['an event cannot be written as JSON']);
    });

    it('are not joined by a socket that is gone; the farewell comes after the last handler', async () => {
      const client = await enter('talk/ana/s1');
      client.emit('hold', { n: 1 });
      await eventually(() => assert.ok(node.log.includes('hold 1')));
      client.disconnect();
      await eventually(() => assert.equal(node.realtime.socketCount(), 0));
      assert.ok(!node.log.some((line) => line.startsWith('disconnect')));
      node.release();
      await eventually(() => assert.deepEqual(node.log.slice(-2), ['held 1', 'disconnect ana from ']));
    });
  });

  describe('sessions', () => {
    it('that end close every socket of theirs and say why', async () => {
      const [one, two, other] = [await enter('talk/ana/s1'), await enter('talk/ana/s1'), await enter('talk/ana/s2')];
      const ended = [one, two, other].map((client) => collect(client, 'session:ended'));
      const closed = Promise.all([one, two].map((client) => new Promise((resolve) => client.once('disconnect', resolve))));
      node.hub.endSession('talk', 's1', 'signed-out');
      assert.deepEqual(await closed, ['io server disconnect', 'io server disconnect']);
      assert.deepEqual(ended, [[{ reason: 'signed-out' }], [{ reason: 'signed-out' }], []]);
      assert.equal(other.connected, true);
      await eventually(() => assert.equal(node.realtime.socketCount(), 1));
    });

    it('revoked without a word end at their next event', async () => {
      const client = await enter('talk/ana/s1');
      const ended = collect(client, 'session:ended');
      world.revoked.add('s1');
      const closed = new Promise((resolve) => client.once('disconnect', resolve));
      assert.equal((await client.emitWithAck('say', { room: 'yard', text: 'x' })).error.code, 'request.unauthenticated');
      await closed;
      assert.deepEqual(ended, [{ reason: 'revoked' }]);
      assert.deepEqual(
        node.log.filter((line) => line.startsWith('say')),
        [],
      );
    });

    it('revoked without a word end even when nothing is sent', async () => {
      const client = await enter('talk/ana/s1');
      world.revoked.add('s1');
      await new Promise((resolve) => client.once('disconnect', resolve));
    });
  });
});

describe('bounds of a socket', () => {
  it('refuse what exceeds the burst of events, until time has passed', async () => {
    let now = 0;
    const node = await startNode(new FakeWorld(), { limits: { eventBurst: 5, eventsPerSecond: 1 }, clock: { now: () => new Date(now) } });
    const client = await connect(node, 'talk/ana/s1');
    const say = async () => (await client.emitWithAck('say', { room: 'yard', text: 'x' })).ok;
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push(await say());
    assert.deepEqual(answers, [true, true, true, true, true, false, false]);
    now = 1_000;
    assert.deepEqual([await say(), await say()], [true, false]);
    client.disconnect();
    await node.close();
  });

  it('cut off who does not take what is sent, leave volatile events out before that, and serve the others', async () => {
    const node = await startNode(new FakeWorld(), { limits: { outgoingBytes: 256 * 1024, volatileBytes: 16 * 1024 } });
    const [slow, good] = [await connect(node, 'talk/slow/s1'), await connect(node, 'talk/good/s2')];
    const target = { namespace: '/test', zoneId: 'talk', room: 'yard' } as const;
    await Promise.all([slow, good].map((client) => client.emitWithAck('join', { room: 'yard' })));
    const [news, typing] = [collect(good, 'news'), collect(good, 'typing')];
    tcpOf(slow).pause();
    let sent = 0;
    while (node.realtime.socketCount() === 2) {
      assert.ok(sent < 2_000, 'was not cut off');
      node.hub.emit(target, 'news', 'x'.repeat(20_000));
      node.hub.emit(target, 'typing', {}, { volatile: true });
      sent += 1;
      await sleep(1);
    }
    await eventually(() => assert.equal(news.length, sent));
    await eventually(() => assert.equal(typing.length, sent));
    assert.equal(good.connected, true);
    slow.disconnect();
    good.disconnect();
    await node.close();
  });

  it('let clients come back by themselves when the node closes', async () => {
    const world = new FakeWorld();
    const [first, second] = [await startNode(world), await startNode(world)];
    const client = newClient(first, 'talk/ana/s1', { reconnection: true });
    await new Promise((resolve) => client.once('connect', () => resolve(undefined)));
    const reason = new Promise((resolve) => client.once('disconnect', resolve));
    await first.close();
    assert.equal(await reason, 'transport close');
    assert.equal(client.active, true);
    assert.equal(first.realtime.socketCount(), 0);
    client.disconnect();
    await second.close();
  });
});

/** The TCP socket under a client, to stop reading from it. */
function tcpOf(client: ClientSocket): { pause(): void } {
  return (client.io.engine as unknown as { transport: { ws: { _socket: { pause(): void } } } }).transport.ws._socket;
}

/** Speaks Engine.IO by hand: sends text messages after the handshake, returns what came back, and 'closed' at the end. */
async function rawConnection(port: number, messages: readonly string[]): Promise<string[]> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/?EIO=4&transport=websocket`);
  const received: string[] = [];
  let last = performance.now();
  socket.addEventListener('message', ({ data }) => {
    received.push(String(data));
    last = performance.now();
    if (received.length === 1) for (const message of messages) socket.send(message);
  });
  socket.addEventListener('close', () => received.push('closed'));
  await eventually(() => assert.ok(received.at(-1) === 'closed' || (received.length > 1 && performance.now() - last > 150)));
  socket.close();
  return received;
}
