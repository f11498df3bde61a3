import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callRoute } from '@madang/identity/testing';
import { hasCode, type Principal, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { chatErrors } from './chat-errors.ts';
import { type ChatWorld, chatWorld, TestSocket } from './chat-testbed.ts';
import type { Member, Message, Room, SearchHit } from './contract.ts';
import type { ChatModule } from './module.ts';

describe('rooms and messages', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: ChatWorld;
  let chat: ChatModule;
  let other: ChatModule;

  before(async () => {
    t = await testDatabase({ poolSize: 8 });
    zone = t.zone('univ');
    world = chatWorld();
    chat = world.node();
    other = world.node();
  });
  after(async () => {
    await world.close();
    await t.close();
  });

  const call = async <Body>(
    who: Principal,
    key: string,
    rest: { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown } = {},
  ) => {
    const reply = await callRoute(chat.module.routes ?? [], zone, key, { principal: who, ...rest });
    return { status: reply.status, body: reply.body as Body, cursor: reply.headers['X-Next-Cursor'] };
  };
  const open = async (owner: Principal, body: Record<string, unknown> = {}) =>
    (await call<Room>(owner, 'POST /api/v1/rooms', { body: { name: '수학 질문방', visibility: 'public', ...body } })).body;
  let sends = 0;
  const say = (who: Principal, roomId: string, body: string, rest: Record<string, unknown> = {}) =>
    call<Message>(who, 'POST /api/v1/rooms/:roomId/messages', { params: { roomId }, body: { clientId: `c${++sends}`, body, ...rest } });
  const refusedWith = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

  it('[CH1] [CH3] [CH5] [CH13] numbers sends of two nodes without holes, each client id once', async () => {
    const people = Array.from({ length: 6 }, (_, index) => world.person(`p${index}`, 'guest'));
    const owner = people[0] as Principal;
    const rooms = await Promise.all([open(owner), open(owner), open(owner)]);
    const listener = new TestSocket(world, chat, zone, owner);
    for (const room of rooms) await listener.emit('room:join', { roomId: room.id });
    const jobs: Promise<{ roomId: string; id: string; seq: number; key: string }>[] = [];
    for (let index = 0; index < 300; index++) {
      const who = people[index % people.length] as Principal;
      const roomId = (rooms[index % rooms.length] as Room).id;
      const node = index % 2 === 0 ? chat : other;
      const socket = new TestSocket(world, node, zone, who);
      const clientId = `m${index}`;
      const key = `${roomId} ${who.id} ${clientId}`;
      jobs.push(socket.emit('message:send', { roomId, clientId, body: `말 ${index}` }).then((ack) => ({ roomId, key, ...ack })));
      if (index % 5 === 0) {
        const again = new TestSocket(world, index % 10 === 0 ? node : other, zone, who);
        jobs.push(again.emit('message:send', { roomId, clientId, body: 'said again' }).then((ack) => ({ roomId, key, ...ack })));
      }
    }
    const acks = await Promise.all(jobs);
    for (const room of rooms) {
      const byKey = new Map<string, Set<number>>();
      for (const ack of acks.filter((candidate) => candidate.roomId === room.id))
        byKey.set(ack.key, (byKey.get(ack.key) ?? new Set()).add(ack.seq));
      assert.ok([...byKey.values()].every((seqs) => seqs.size === 1));
      const seqs = [...byKey.values()].flatMap((set) => [...set]).sort((a, b) => a - b);
      assert.deepEqual(
        seqs,
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
      const heard = listener.heard.filter(({ event, payload }) => event === 'message:new' && (payload as Message).roomId === room.id);
      assert.deepEqual(
        [...new Set(heard.map(({ payload }) => (payload as Message).seq))].sort((a, b) => a - b),
        seqs,
      );
    }
    const listed = await call<{ items: Room[] }>(people[1] as Principal, 'GET /api/v1/rooms', { query: { scope: 'mine' } });
    assert.ok(listed.body.items.length >= 1);
    for (const room of listed.body.items) assert.ok(room.membership !== null && room.membership.unread <= room.seq);
  });

  it('[CH3] [CH7] [CH8] answers 201, then 200 with the same message; refuses blanks and foreign replies', async () => {
    const mina = world.person('Mina');
    const room = await open(mina);
    const first = await say(mina, room.id, '안녕하세요', { clientId: 'same' });
    assert.equal(first.status, 201);
    const again = await say(mina, room.id, 'ignored', { clientId: 'same' });
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    await assert.rejects(say(mina, room.id, '  \n'), refusedWith('chat.empty_message'));
    const elsewhere = await open(mina);
    const foreign = await say(mina, elsewhere.id, 'x');
    await assert.rejects(say(mina, room.id, 'y', { replyTo: foreign.body.id }), refusedWith('chat.reply_not_found'));
    await assert.rejects(say(mina, room.id, 'y', { replyTo: first.body.id.replace(/-1$/, '-zz') }), refusedWith('chat.reply_not_found'));
    const reply = await say(mina, room.id, `<@${mina.id}> 네`, { replyTo: first.body.id });
    assert.equal(reply.body.seq, 2);
    assert.equal(reply.body.replyTo?.body, '안녕하세요');
    assert.deepEqual(reply.body.mentions, [mina.id]);
  });

  it('[CH4] a send the database or a file refuses fails alone', async () => {
    const mina = world.person('Mina');
    const room = await open(mina);
    const outcomes = await Promise.allSettled([
      say(mina, room.id, 'one'),
      say(mina, room.id, 'two', { fileIds: ['file_missing'] }),
      say(mina, room.id, 'three'),
      say(world.person('Nobody'), 'room_00000000000000000000000000', 'four'),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected'],
    );
    const page = await call<{ items: Message[] }>(mina, 'GET /api/v1/rooms/:roomId/messages', { params: { roomId: room.id } });
    assert.deepEqual(
      page.body.items.map((message) => [message.seq, message.body]).sort(),
      [
        [1, 'one'],
        [2, 'three'],
      ].sort(),
    );
  });

  it('[CH50] [CH52] pages both ways, by cursor, by time and around a place', async () => {
    const mina = world.person('Mina');
    const room = await open(mina);
    const start = world.clock.now().getTime();
    for (let index = 1; index <= 25; index++) {
      await say(mina, room.id, `m${index}`);
      world.clock.advance(60_000);
    }
    const seqs = async (query: Record<string, unknown>) => {
      const page = await call<{ items: Message[] }>(mina, 'GET /api/v1/rooms/:roomId/messages', { params: { roomId: room.id }, query });
      return { seqs: page.body.items.map((message) => message.seq), cursor: page.cursor };
    };
    assert.deepEqual(await seqs({ limit: 10 }), { seqs: [25, 24, 23, 22, 21, 20, 19, 18, 17, 16], cursor: '16' });
    assert.deepEqual(await seqs({ limit: 10, cursor: '6' }), { seqs: [5, 4, 3, 2, 1], cursor: undefined });
    assert.deepEqual(await seqs({ limit: 5, cursor: '1' }), { seqs: [], cursor: undefined });
    assert.deepEqual(await seqs({ limit: 4, cursor: '20', direction: 'after' }), { seqs: [24, 23, 22, 21], cursor: '24' });
    assert.deepEqual(await seqs({ limit: 5, cursor: '20', direction: 'after' }), { seqs: [25, 24, 23, 22, 21], cursor: undefined });
    assert.deepEqual((await seqs({ limit: 4, around: 12 })).seqs, [13, 12, 11, 10]);
    assert.deepEqual((await seqs({ limit: 4, at: new Date(start + 11 * 60_000).toISOString() })).seqs, [13, 12, 11, 10]);
    assert.deepEqual((await seqs({ limit: 4, at: '2001-01-01T00:00:00Z' })).seqs, [4, 3, 2, 1]);
    assert.deepEqual((await seqs({ limit: 4, at: '2101-01-01T00:00:00Z' })).seqs.slice(0, 2), [25, 24]);
    await assert.rejects(seqs({ cursor: '1; drop' }), refusedWith('request.invalid'));
  });

  it('[CH31] [CH32] [CH36] [CH41] keeps private and direct rooms to their people', async () => {
    const [mina, juno, sora] = [world.person('Mina'), world.person('Juno'), world.person('Sora')];
    const room = await open(mina, { visibility: 'private', memberIds: [juno.id] });
    await say(juno, room.id, 'hello');
    world.clock.advance(1000);
    const read = (who: Principal, roomId: string) => call(who, 'GET /api/v1/rooms/:roomId/messages', { params: { roomId } });
    await assert.rejects(read(sora, room.id), refusedWith('chat.room_not_found'));
    await assert.rejects(say(sora, room.id, 'let me in'), refusedWith('chat.room_not_found'));
    const link = await call<{ token: string }>(mina, 'POST /api/v1/rooms/:roomId/invitations', {
      params: { roomId: room.id },
      body: { maxUses: 1 },
    });
    const accept = (who: Principal) => call<Room>(who, 'POST /api/v1/invitations/:token/accept', { params: { token: link.body.token } });
    assert.equal((await accept(sora)).body.membership?.role, 'member');
    assert.equal((await accept(sora)).status, 200);
    await assert.rejects(accept(world.person('Late')), refusedWith('chat.invitation_not_found'));
    await read(sora, room.id);

    const direct = await call<Room>(mina, 'POST /api/v1/rooms', { body: { visibility: 'direct', memberIds: [juno.id] } });
    const same = await call<Room>(juno, 'POST /api/v1/rooms', { body: { visibility: 'direct', memberIds: [mina.id] } });
    assert.deepEqual([direct.status, same.status, same.body.id], [201, 200, direct.body.id]);
    assert.equal(same.body.peer?.name, 'Mina');
    await assert.rejects(read(world.person('Admin', 'zone_admin'), direct.body.id), refusedWith('chat.room_not_found'));
    await call(mina, 'POST /api/v1/rooms/:roomId/leave', { params: { roomId: room.id } });
    const members = await call<{ items: Member[] }>(juno, 'GET /api/v1/rooms/:roomId/members', { params: { roomId: room.id } });
    assert.deepEqual(members.body.items.map(({ person, role }) => [person.name, role]).sort(), [
      ['Juno', 'owner'],
      ['Sora', 'member'],
    ]);
  });

  it('[CH34] [CH12] [CH64] bans, mutes and slows people down, and says so in the audit', async () => {
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const room = await open(mina);
    const params = { roomId: room.id };
    const socket = new TestSocket(world, chat, zone, juno);
    await socket.emit('room:join', { roomId: room.id });
    await call(mina, 'POST /api/v1/rooms/:roomId/mutes', {
      params,
      body: { userId: juno.id, until: new Date(world.clock.now().getTime() + 60_000).toISOString() },
    });
    await assert.rejects(say(juno, room.id, 'x'), refusedWith('chat.muted'));
    world.clock.advance(61_000);
    await say(juno, room.id, 'x');
    await call(mina, 'PATCH /api/v1/rooms/:roomId', { params, body: { slowModeSeconds: 30 } });
    await assert.rejects(say(juno, room.id, 'soon'), refusedWith('chat.slow_mode'));
    await say(mina, room.id, 'owners do not wait');
    await say(mina, room.id, 'nor twice');
    world.clock.advance(31_000);
    const both = await Promise.allSettled([say(juno, room.id, 'a'), say(juno, room.id, 'b')]);
    assert.deepEqual(
      both.map((outcome) => outcome.status),
      ['fulfilled', 'rejected'],
    );
    await assert.rejects(
      call(juno, 'POST /api/v1/rooms/:roomId/bans', { params, body: { userId: mina.id } }),
      refusedWith('chat.not_allowed'),
    );
    await call(mina, 'POST /api/v1/rooms/:roomId/bans', { params, body: { userId: juno.id, reason: 'spam' } });
    assert.ok(!socket.context.isIn(`room:${room.id}`));
    for (const attempt of [
      () => say(juno, room.id, 'x'),
      () => socket.emit('room:join', params),
      () => call(juno, 'GET /api/v1/rooms/:roomId/messages', { params }),
    ]) {
      await assert.rejects(attempt(), refusedWith('chat.banned'));
    }
    await call(mina, 'DELETE /api/v1/rooms/:roomId/bans/:userId', { params: { ...params, userId: juno.id } });
    await socket.emit('room:join', params);
    const actions = world.audit.entries.filter((entry) => entry.resourceId === room.id).map((entry) => entry.action);
    assert.deepEqual(actions, ['create', 'mute', 'update', 'ban', 'unban']);
  });

  it('[CH35] [CH37] [CH39] [CH40] [CH23] edits, deletes, reacts and pins', async () => {
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const room = await open(mina);
    const { body: message } = await say(juno, room.id, '안영');
    const params = { messageId: message.id };
    const edited = await call<Message>(juno, 'PATCH /api/v1/messages/:messageId', { params, body: { body: '안녕' } });
    assert.deepEqual([edited.body.body, edited.body.rev], ['안녕', 1]);
    await assert.rejects(
      call(mina, 'PATCH /api/v1/messages/:messageId', { params, body: { body: 'mine' } }),
      refusedWith('chat.not_allowed'),
    );
    const react = (who: Principal, method: 'PUT' | 'DELETE') =>
      call<{ count: number; rev: number }>(who, `${method} /api/v1/messages/:messageId/reactions/:reaction`, {
        params: { ...params, reaction: '확인했어요' },
      });
    assert.deepEqual(
      [(await react(mina, 'PUT')).body.count, (await react(juno, 'PUT')).body.count, (await react(juno, 'PUT')).body.rev],
      [1, 2, 3],
    );
    assert.equal((await react(juno, 'DELETE')).body.count, 1);
    const pins = { roomId: room.id };
    await call(mina, 'POST /api/v1/rooms/:roomId/pins', { params: pins, body: params });
    await assert.rejects(call(juno, 'POST /api/v1/rooms/:roomId/pins', { params: pins, body: params }), refusedWith('chat.not_allowed'));
    const pinned = () => call<{ items: { message: Message }[] }>(juno, 'GET /api/v1/rooms/:roomId/pins', { params: pins });
    assert.deepEqual((await pinned()).body.items[0]?.message.reactions, [{ reaction: '확인했어요', count: 1, mine: false }]);
    await call(mina, 'DELETE /api/v1/messages/:messageId', { params });
    assert.equal((await pinned()).body.items.length, 0);
    await assert.rejects(
      call(juno, 'PATCH /api/v1/messages/:messageId', { params, body: { body: 'back' } }),
      refusedWith('chat.message_not_found'),
    );
    const late = await say(juno, room.id, 'late');
    world.clock.advance(25 * 3600 * 1000);
    await assert.rejects(
      call(juno, 'DELETE /api/v1/messages/:messageId', { params: { messageId: late.body.id } }),
      refusedWith('chat.too_late'),
    );
    const socket = new TestSocket(world, chat, zone, juno);
    const missed = await socket.emit('room:join', { roomId: room.id, after: 0, rev: 0 });
    assert.deepEqual(
      missed.changes.map((change) => [change.kind, change.rev]),
      [1, 2, 3, 4, 5].map((rev) => ['deleted', rev]),
    );
    assert.ok(!JSON.stringify(missed).includes('안녕'));
  });

  it('[CH54] searches Korean and English, only where the person may read', async () => {
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const room = await open(mina, { visibility: 'private' });
    for (const body of ['내일 수학을 봅니다', '(수학) 문제', '고등수학 미적분학', 'Calculus is 100% fun', 'calm'])
      await say(mina, room.id, body);
    const search = async (who: Principal, q: string) =>
      (await call<{ items: SearchHit[] }>(who, 'GET /api/v1/messages/search', { query: { q } })).body.items.map((hit) => hit.message.body);
    assert.deepEqual(await search(mina, '수학'), ['(수학) 문제', '내일 수학을 봅니다']);
    assert.deepEqual(await search(mina, '적분학'), ['고등수학 미적분학']);
    assert.deepEqual(await search(mina, 'CALCULUS 100%'), ['Calculus is 100% fun']);
    assert.deepEqual(await search(mina, '%%%'), []);
    assert.deepEqual(await search(juno, '적분학'), []);
    const inRoom = await call<{ items: SearchHit[] }>(mina, 'GET /api/v1/rooms/:roomId/search', {
      params: { roomId: room.id },
      query: { q: '수학' },
    });
    assert.equal(inRoom.body.items.length, 2);
    const elsewhere = t.zone('otherzone');
    const foreign = await callRoute(chat.module.routes ?? [], elsewhere, 'GET /api/v1/messages/search', {
      principal: mina,
      query: { q: '적분학' },
    });
    assert.deepEqual(foreign.body, { items: [] });
    await assert.rejects(
      callRoute(chat.module.routes ?? [], elsewhere, 'GET /api/v1/rooms/:roomId', { principal: mina, params: { roomId: room.id } }),
      (error) => hasCode(error, chatErrors.room_not_found),
    );
  });
});
