import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Socket } from 'socket.io-client';
import { soon } from '../harness/assert-problem.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

interface Ack {
  ok: boolean;
  error?: { code: string; message: string };
  id?: string;
  seq?: number;
  rev?: number;
  messages?: { id: string; seq: number; rev: number; body: string; deletedAt: string | null }[];
  changes?: { kind: string; id: string; seq: number; rev: number }[];
  more?: boolean;
}
type Heard = Record<string, Record<string, unknown>[]>;

describe('sockets', () => {
  let madang: TestMadang;
  let mina: SignedIn;
  let jun: SignedIn;
  const open: Socket[] = [];
  before(async () => {
    madang = await startTestMadang();
  });
  after(async () => {
    for (const socket of open) socket.close();
    await madang.close();
  });
  beforeEach(async () => {
    mina = await madang.guest('talk', '미나');
    jun = await madang.guest('talk', 'Jun');
  });

  const connect = async (who: SignedIn): Promise<{ socket: Socket; heard: Heard; ask(event: string, payload: unknown): Promise<Ack> }> => {
    const socket = await madang.socket('talk', who.token);
    open.push(socket);
    const heard: Heard = {};
    socket.onAny((event: string, payload: Record<string, unknown>) => {
      heard[event] ??= [];
      heard[event].push(payload);
    });
    return { socket, heard, ask: (event, payload) => socket.timeout(5_000).emitWithAck(event, payload) };
  };
  const room = async (body: object = {}): Promise<string> => {
    const made = await mina.client.ask('/api/v1/rooms', { token: mina.token, body: { name: 'Courtyard', visibility: 'public', ...body } });
    return made.json<{ id: string }>().id;
  };
  const http = (who: SignedIn, method: string, path: string, body?: unknown) =>
    who.client.ask(path, { method, token: who.token, ...(body !== undefined && { body }) });
  let clientIds = 0;
  const say = (connection: { ask(event: string, payload: unknown): Promise<Ack> }, roomId: string, body: string) =>
    connection.ask('message:send', { roomId, clientId: `s${++clientIds}`, body });

  it('room:join acks where the room is; message:send acks id and seq; all in the room hear message:new in order', async () => {
    const roomId = await room();
    const [a, b] = [await connect(mina), await connect(jun)];
    const joined = await a.ask('room:join', { roomId });
    assert.deepEqual([joined.ok, joined.seq, joined.rev, joined.messages, joined.changes, joined.more], [true, 0, 0, [], [], false]);
    assert.equal((await b.ask('room:join', { roomId })).ok, true);
    const acks = [await say(a, roomId, 'one'), await say(b, roomId, '둘'), await say(a, roomId, 'three')];
    assert.deepEqual(
      acks.map((ack) => [ack.ok, ack.seq]),
      [
        [true, 1],
        [true, 2],
        [true, 3],
      ],
    );
    for (const { heard } of [a, b]) {
      await soon(() => heard['message:new']?.length === 3, 'three messages');
      assert.deepEqual(
        heard['message:new']?.map((message) => [message.seq, message.body, message.id]),
        [
          [1, 'one', acks[0]?.id],
          [2, '둘', acks[1]?.id],
          [3, 'three', acks[2]?.id],
        ],
      );
    }
    assert.equal((await http(jun, 'GET', `/api/v1/rooms/${roomId}`)).json<{ seq: number }>().seq, 3, 'joining wrote no message');
  });

  it('a repeated clientId acks the same id, over the socket and over HTTP, and is heard once', async () => {
    const roomId = await room();
    const a = await connect(mina);
    await a.ask('room:join', { roomId });
    const payload = { roomId, clientId: 'again', body: 'once' };
    const first = await a.ask('message:send', payload);
    const second = await a.ask('message:send', payload);
    assert.deepEqual([second.ok, second.id, second.seq], [true, first.id, first.seq]);
    const third = await http(mina, 'POST', `/api/v1/rooms/${roomId}/messages`, { clientId: 'again', body: 'once' });
    assert.deepEqual([third.status, third.json<{ id: string }>().id], [200, first.id]);
    await say(a, roomId, 'next');
    await soon(() => a.heard['message:new']?.some((message) => message.body === 'next'), 'the next message');
    assert.equal(new Set(a.heard['message:new']?.map((message) => message.seq)).size, 2);
  });

  it('who was away asks from the last seq and rev, and gets exactly the rest, ascending', async () => {
    const roomId = await room();
    const a = await connect(mina);
    const ids: string[] = [];
    for (let n = 1; n <= 260; n++) ids.push((await say(a, roomId, `${n}`)).id as string);
    const path = (n: number) => `/api/v1/messages/${ids[n - 1]}`;
    await http(mina, 'PATCH', path(3), { body: 'three' });
    await http(mina, 'DELETE', path(5));
    await http(jun, 'PUT', `${path(7)}/reactions/${encodeURIComponent('👍')}`);

    const newest = await (await connect(jun)).ask('room:join', { roomId });
    assert.deepEqual(
      newest.messages?.map((message) => message.seq),
      Array.from({ length: 50 }, (_, n) => 211 + n),
      'the newest 50 without after',
    );
    assert.deepEqual([newest.seq, newest.rev], [260, 3]);

    const b = await connect(jun);
    const missed = await b.ask('room:join', { roomId, after: 10, rev: 0 });
    assert.deepEqual(
      missed.messages?.map((message) => message.seq),
      Array.from({ length: 200 }, (_, n) => 11 + n),
      'at most 200',
    );
    assert.equal(missed.more, true);
    const rest = await b.ask('room:join', { roomId, after: 210, rev: 0 });
    assert.deepEqual(
      rest.messages?.map((message) => message.seq),
      Array.from({ length: 50 }, (_, n) => 211 + n),
    );
    assert.equal(rest.more, false);
    assert.deepEqual(
      rest.changes?.map(({ kind, seq, rev }) => ({ kind, seq, rev })),
      [
        { kind: 'edited', seq: 3, rev: 1 },
        { kind: 'deleted', seq: 5, rev: 2 },
        { kind: 'reaction', seq: 7, rev: 3 },
      ],
    );
    const later = await b.ask('room:join', { roomId, after: 260, rev: 2 });
    assert.deepEqual([later.messages, later.changes?.map((change) => change.rev)], [[], [3]]);
    const beyond = await b.ask('room:join', { roomId, after: 99_999, rev: 99_999 });
    assert.deepEqual([beyond.ok, beyond.messages, beyond.changes], [true, [], []]);
  });

  it('edits, deletes and reactions are told with their rev, by name', async () => {
    const roomId = await room();
    const [a, b] = [await connect(mina), await connect(jun)];
    for (const each of [a, b]) await each.ask('room:join', { roomId });
    const { id } = await say(a, roomId, 'first');
    await http(mina, 'PATCH', `/api/v1/messages/${id}`, { body: 'edited' });
    await http(jun, 'PUT', `/api/v1/messages/${id}/reactions/x`);
    await http(mina, 'DELETE', `/api/v1/messages/${id}`);
    await soon(() => b.heard['message:deleted']?.length === 1, 'the deletion');
    assert.deepEqual(
      [b.heard['message:edited']?.[0]?.id, b.heard['message:edited']?.[0]?.rev, b.heard['message:edited']?.[0]?.body],
      [id, 1, 'edited'],
    );
    const { reaction, userId, on, count, rev } = b.heard.reaction?.[0] ?? {};
    assert.deepEqual({ reaction, userId, on, count, rev }, { reaction: 'x', userId: jun.id, on: true, count: 1, rev: 2 });
    assert.deepEqual([b.heard['message:deleted']?.[0]?.id, b.heard['message:deleted']?.[0]?.rev], [id, 3]);
  });

  it('typing is heard by the others, presence is counted, read is acked', async () => {
    const roomId = await room();
    const [a, b] = [await connect(mina), await connect(jun)];
    await a.ask('room:join', { roomId });
    await b.ask('room:join', { roomId });
    await soon(() => a.heard.presence?.some((each) => each.roomId === roomId && each.online === 2), 'two are here');
    assert.equal((await b.ask('typing', { roomId, on: true })).ok, true);
    await soon(() => a.heard.typing?.length, 'someone types');
    const { userId, on } = a.heard.typing?.[0] ?? {};
    assert.deepEqual([userId, on], [jun.id, true]);
    await say(a, roomId, 'x');
    assert.equal(b.heard.typing, undefined, 'not by oneself');
    assert.equal((await b.ask('read', { roomId, seq: 1 })).ok, true);
    b.socket.close();
    await soon(() => a.heard.presence?.at(-1)?.online === 1, 'one is left');
  });

  it('a refused event acks ok:false with code and message, in the language asked for, and the socket stays', async () => {
    const a = await connect(mina);
    for (const [event, payload, code] of [
      ['room:join', { roomId: 'room_nowhere' }, 'chat.room_not_found'],
      ['message:send', { roomId: await room(), clientId: 'x', body: '' }, 'chat.empty_message'],
      ['message:send', { clientId: 'x' }, 'request.invalid'],
      ['typing', { roomId: 'x', on: 'maybe' }, 'request.invalid'],
    ] as const) {
      const ack = await a.ask(event, payload);
      assert.equal(ack.ok, false);
      assert.equal(ack.error?.code, code, JSON.stringify(ack));
      assert.ok((ack.error?.message.length ?? 0) > 0);
    }
    assert.ok(a.socket.connected);
  });

  it('a ban closes the room in open sockets at once, and nothing of it is heard afterwards', async () => {
    const roomId = await room();
    const [a, b] = [await connect(mina), await connect(jun)];
    for (const each of [a, b]) await each.ask('room:join', { roomId });
    await say(b, roomId, 'hello');
    assert.equal((await http(mina, 'POST', `/api/v1/rooms/${roomId}/bans`, { userId: jun.id })).status, 201);
    assert.equal((await say(b, roomId, 'still here?')).error?.code, 'chat.banned');
    assert.equal((await b.ask('room:join', { roomId })).error?.code, 'chat.banned');
    await say(a, roomId, 'in peace');
    await soon(() => a.heard['message:new']?.some((message) => message.body === 'in peace'), 'those who stay hear it');
    await b.ask('rooms:watch', {});
    assert.ok(!b.heard['message:new']?.some((message) => message.body === 'in peace'));
  });

  it('a new name is seen by others within a second', async () => {
    const roomId = await room();
    const b = await connect(jun);
    await b.ask('room:join', { roomId });
    await http(mina, 'PATCH', '/api/v1/users/me', { name: '새이름' });
    const a = await connect(mina);
    await soon(async () => {
      await say(a, roomId, 'who am I');
      const sender = (b.heard['message:new']?.at(-1)?.sender ?? {}) as { name?: string };
      return sender.name === '새이름';
    }, 'the new name');
  });

  it('a socket lives past its token, until the session is revoked', async () => {
    // the token’s own time is in sessions of identity; here: the socket asks for the session, not for the token
    const a = await connect(mina);
    const renewed = await mina.client.ask('/api/v1/auth/refresh', { method: 'POST' });
    assert.equal(renewed.status, 200);
    assert.equal((await a.ask('rooms:watch', {})).ok, true);
    const gone = new Promise((resolve) => a.socket.once('disconnect', resolve));
    await mina.client.ask('/api/v1/auth/logout', { method: 'POST', token: renewed.json<{ accessToken: string }>().accessToken });
    await gone;
    assert.equal(a.heard['session:ended']?.length, 1);
  });
});
