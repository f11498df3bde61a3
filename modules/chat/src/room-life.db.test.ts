import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callRoute } from '@madang/identity/testing';
import { type JobContext, type Principal, silentLogger, sql, type ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import { type ChatWorld, chatWorld, TestSocket } from './chat-testbed.ts';
import type { Message, Room } from './contract.ts';
import { guestTraces, mergeGuest } from './merge-guest.ts';
import type { ChatModule } from './module.ts';
import { createHandler as createPurge } from './purge-room.job-handler.ts';
import { createHandler as createSweep } from './sweep-rooms.job-handler.ts';
import { isolationFixtures } from './testing.ts';

const A_DAY = 24 * 3600 * 1000;

describe('the life of a room', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: ChatWorld;
  let chat: ChatModule;

  before(async () => {
    t = await testDatabase();
    zone = t.zone('univ');
    world = chatWorld();
    chat = world.node();
  });
  after(async () => {
    await world.close();
    await t.close();
  });

  const call = async <Body>(principal: Principal, key: string, params: Record<string, string>, body?: unknown) =>
    (await callRoute(chat.module.routes ?? [], zone, key, { principal, params, body })).body as Body;
  const open = (owner: Principal, body: object = {}) =>
    call<Room>(owner, 'POST /api/v1/rooms', {}, { name: 'r', visibility: 'public', ...body });
  const say = (who: Principal, roomId: string, clientId: string, body = clientId) =>
    call<Message>(who, 'POST /api/v1/rooms/:roomId/messages', { roomId }, { clientId, body });
  const job = (): JobContext => ({
    jobId: 'job_1',
    attempt: 1,
    zone,
    signal: new AbortController().signal,
    log: silentLogger,
    progress: async () => {},
  });
  const history = async (who: Principal, roomId: string) =>
    (await call<{ items: Message[] }>(who, 'GET /api/v1/rooms/:roomId/messages', { roomId })).items;

  it('[CH60] [CH62] [CH24] retention removes the oldest and never gives a place twice', async () => {
    const mina = world.person('Mina');
    const room = await open(mina);
    for (let index = 1; index <= 5; index++) await say(mina, room.id, `old${index}`);
    const old = (await history(mina, room.id))[4] as Message;
    await call(mina, 'PATCH /api/v1/messages/:messageId', { messageId: old.id }, { body: 'edited' });
    await call(mina, 'PATCH /api/v1/rooms/:roomId', { roomId: room.id }, { retentionDays: 7 });
    world.clock.advance(31 * A_DAY);
    const reply = await call<Message>(
      mina,
      'POST /api/v1/rooms/:roomId/messages',
      { roomId: room.id },
      { clientId: 'n', body: 'new', replyTo: old.id },
    );
    const sweep = createSweep({ files: world.files, clock: world.clock });
    await sweep(job(), {});
    await sweep(job(), {});
    const kept = await history(mina, room.id);
    assert.deepEqual(
      kept.map((message) => [message.seq, message.replyTo]),
      [[6, null]],
    );
    assert.equal(reply.replyTo?.body, 'edited');
    const view = await call<Room>(mina, 'GET /api/v1/rooms/:roomId', { roomId: room.id });
    assert.deepEqual([view.firstSeq, view.seq], [6, 6]);
    assert.equal((await say(mina, room.id, 'next')).seq, 7);
    const socket = new TestSocket(world, chat, zone, mina);
    const stale = await socket.emit('room:join', { roomId: room.id, after: 2, rev: 0 });
    assert.deepEqual([stale.reset, stale.messages.map((message) => message.seq), stale.changes], [true, [6, 7], []]);
  });

  it('[CH61] a deleted room is gone at once, then its rows', async () => {
    const mina = world.person('Mina');
    const room = await open(mina);
    await say(mina, room.id, 'a');
    await assert.rejects(call(world.person('Juno'), 'DELETE /api/v1/rooms/:roomId', { roomId: room.id }), { code: 'chat.not_allowed' });
    await call(mina, 'DELETE /api/v1/rooms/:roomId', { roomId: room.id });
    await assert.rejects(history(mina, room.id), { code: 'chat.room_not_found' });
    await assert.rejects(say(mina, room.id, 'b'), { code: 'chat.room_not_found' });
    assert.deepEqual(world.enqueued.at(-1), { name: 'chat.purge-room', payload: { roomId: room.id } });
    const purge = createPurge({ files: world.files });
    await purge(job(), { roomId: room.id });
    await purge(job(), { roomId: room.id });
    const left = await zone.db.one(
      sql<{ n: number }>(
        'select (select count(*) from chat.rooms where id = $1) + (select count(*) from chat.messages where room_id = $1) + (select count(*) from chat.members where room_id = $1) as n',
        room.id,
      ),
    );
    assert.equal(left.n, 0);
  });

  it('[CH63] a merged guest’s rooms, words and reactions become the account’s', async () => {
    const [guest, account, host] = [world.person('손님', 'guest'), world.person('Mina'), world.person('Host')];
    const room = await open(host);
    const direct = await open(guest, { visibility: 'direct', name: '', memberIds: [host.id] });
    const said = await say(guest, room.id, 'x', 'from the guest');
    await say(account, room.id, 'x', 'from the account');
    for (const who of [guest, account]) {
      await call(who, 'PUT /api/v1/messages/:messageId/reactions/:reaction', { messageId: said.id, reaction: '👍' });
    }
    assert.deepEqual([...(await guestTraces.of(zone, [guest.id, 'guest_other']))], [guest.id]);
    await mergeGuest(zone, { guestId: guest.id, userId: account.id });
    await mergeGuest(zone, { guestId: guest.id, userId: account.id });
    const items = await history(account, room.id);
    assert.deepEqual(
      items.map((message) => message.sender.id),
      [account.id, account.id],
    );
    assert.deepEqual(items[1]?.reactions, [{ reaction: '👍', count: 1, mine: true }]);
    const again = await call<Room>(host, 'POST /api/v1/rooms', {}, { visibility: 'direct', memberIds: [account.id] });
    assert.equal(again.id, direct.id);
    assert.equal(again.peer?.id, account.id);
    assert.equal((await call<Room>(account, 'GET /api/v1/rooms/:roomId', { roomId: room.id })).members, 2);
    assert.equal((await guestTraces.of(zone, [guest.id])).size, 0);
  });

  it('[CH33] an attached room asks its module, one per thing', async () => {
    const thing = { type: 'video', id: 'video_1', name: 'Live chat' };
    const roomId = await zone.db.transaction((tx) => chat.attachRoom(tx, thing));
    assert.equal(await zone.db.transaction((tx) => chat.attachRoom(tx, thing)), roomId);
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    await assert.rejects(say(mina, roomId, 'x'), { code: 'chat.room_not_found' });
    chat.registerAttachedRooms('video', async (_zone, principal) => (principal.id === mina.id ? 'send' : 'read'));
    assert.equal((await say(mina, roomId, 'x')).seq, 1);
    await assert.rejects(say(juno, roomId, 'y'), { code: 'chat.read_only' });
    assert.equal((await history(juno, roomId)).length, 1);
    assert.ok(!(await call<{ items: Room[] }>(mina, 'GET /api/v1/rooms', {})).items.some((room) => room.id === roomId));
  });

  it('[CH33] [CH61] an attached room ends with its thing, also when that is told twice', async () => {
    const thing = { type: 'stream', id: 'stream_1' };
    chat.registerAttachedRooms('stream', async () => 'send');
    const mina = world.person('Mina');
    const roomId = await zone.db.transaction((tx) => chat.attachRoom(tx, { ...thing, name: 'Live chat' }));
    await say(mina, roomId, 'x');
    const detach = () => zone.db.transaction((tx) => chat.detachRoom(tx, thing));
    await detach();
    await detach();
    await assert.rejects(history(mina, roomId), { code: 'chat.room_not_found' });
    const purges = world.enqueued.filter((job) => job.name === 'chat.purge-room' && (job.payload as { roomId: string }).roomId === roomId);
    assert.equal(purges.length, 1);
    assert.ok(world.emitted.some(({ event, payload }) => event === 'room:changed' && (payload as { roomId: string }).roomId === roomId));
    await createPurge({ files: world.files })(job(), { roomId });
    assert.equal(await zone.db.maybeOne(sql('select 1 as one from chat.rooms where id = $1', roomId)), undefined);
    assert.equal(await zone.db.maybeOne(sql('select 1 as one from chat.messages where room_id = $1 limit 1', roomId)), undefined);
  });

  it('[CH38] guests create only where the zone lets them', async () => {
    const strict = t.zone('strict', { limits: { storageBytes: 1, seats: 1, attachmentBytes: 1, guestsMayCreate: false } });
    const body = { name: 'r', visibility: 'public' };
    const create = (principal: Principal) => callRoute(chat.module.routes ?? [], strict, 'POST /api/v1/rooms', { principal, body });
    await assert.rejects(create(world.person('손님', 'guest')), { code: 'chat.guests_may_not_create' });
    assert.equal((await create(world.person('Mina'))).status, 201);
  });

  it('seeds the same rooms and messages however often, and fixtures nobody else may reach', async () => {
    const seed = { key: 'plaza', name: '광장', ownerId: null };
    const roomId = await chat.seedRoom(zone, seed);
    const talk = [
      { clientId: 's1', senderId: 'user_a', body: '안녕하세요', reactions: [{ reaction: '👋', userIds: ['user_b'] }] },
      { clientId: 's2', senderId: 'user_b', body: '반가워요', replyTo: 's1' },
    ];
    await chat.seedMessages(zone, roomId, talk);
    assert.equal(await chat.seedRoom(zone, seed), roomId);
    await chat.seedMessages(zone, roomId, talk);
    const items = await history(world.person('손님', 'guest'), roomId);
    assert.deepEqual(
      items.map((message) => [message.seq, message.replyTo?.body]),
      [
        [2, '안녕하세요'],
        [1, undefined],
      ],
    );
    const fixtures = await isolationFixtures(zone);
    await assert.rejects(history(world.person('Mina'), fixtures.roomId), { code: 'chat.room_not_found' });
    await assert.rejects(call(world.person('Mina'), 'POST /api/v1/invitations/:token/accept', { token: fixtures.token }), {
      code: 'chat.invitation_not_found',
    });
  });
});
