import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callRoute } from '@madang/identity/testing';
import type { Principal, ZoneContext } from '@madang/kernel';
import { type TestDatabase, testDatabase } from '@madang/testing';
import fc from 'fast-check';
import { type ChatWorld, chatWorld, TestSocket } from './chat-testbed.ts';
import type { Change, Message, Room } from './contract.ts';
import { messageId } from './message-id.ts';
import type { ChatModule } from './module.ts';
import { emptyTimeline, hasGap, messagesInOrder, receiveChange, receiveJoin, receiveMessage, type Timeline } from './room-timeline.ts';

/** A client that follows [CH25]: whatever it hears, and however often it was away. */
class Client {
  readonly socket: TestSocket;
  timeline: Timeline = emptyTimeline;
  readonly #roomId: string;
  #joined = false;

  constructor(socket: TestSocket, roomId: string) {
    this.socket = socket;
    this.#roomId = roomId;
  }

  /** Takes what was heard since, in the order `order` gives: arrival between nodes is in no order. */
  listen(order: (heard: TestSocket['heard']) => TestSocket['heard']): void {
    for (const { event, payload } of order(this.socket.heard.splice(0))) {
      const me = this.socket.principal.id;
      if (event === 'message:new') this.timeline = receiveMessage(this.timeline, payload as Message, me);
      if (event === 'message:edited' || event === 'message:deleted' || event === 'reaction') {
        this.timeline = receiveChange(this.timeline, payload as Change, me);
      }
    }
  }

  async catchUp(): Promise<void> {
    this.socket.deaf = false;
    for (let round = 0; ; round++) {
      assert.ok(round < 50, 'catching up ends');
      const since = this.#joined ? { after: this.timeline.seq, rev: this.timeline.rev } : {};
      const answer = await this.socket.emit('room:join', { roomId: this.#roomId, ...since });
      this.#joined = true;
      this.timeline = receiveJoin(this.timeline, answer, this.socket.principal.id);
      if (!answer.more && !hasGap(this.timeline)) return;
    }
  }
}

type Step =
  | { do: 'send' | 'leave' | 'return' | 'listen'; who: number }
  | { do: 'edit' | 'delete'; who: number; target: number }
  | { do: 'react'; who: number; target: number; reaction: string; on: boolean };

const who = fc.nat({ max: 2 });
const target = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'return' as const, 'listen' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('edit' as const, 'delete' as const), who, target }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('react' as const), who, target, reaction: fc.constantFrom('👍', '확인'), on: fc.boolean() }),
  },
);

describe('what a client holds', () => {
  let t: TestDatabase;
  let zone: ZoneContext;
  let world: ChatWorld;
  let nodes: ChatModule[];

  before(async () => {
    t = await testDatabase({ poolSize: 6 });
    zone = t.zone('univ');
    world = chatWorld();
    nodes = [world.node(), world.node()];
  });
  after(async () => {
    await world.close();
    await t.close();
  });

  const call = async (node: number, principal: Principal, key: string, params: Record<string, string>, body?: unknown) =>
    (await callRoute((nodes[node % 2] as ChatModule).module.routes ?? [], zone, key, { principal, params, body })).body;

  it('[CH20]–[CH25] is the room itself, after any interleaving, order of arrival and absence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.integer(), async (steps, seed) => {
        const people = ['Mina', 'Juno', 'Sora'].map((name) => world.person(name));
        const room = (await call(0, people[0] as Principal, 'POST /api/v1/rooms', {}, { name: 'r', visibility: 'public' })) as Room;
        const clients = people.map(
          (principal, index) => new Client(new TestSocket(world, nodes[index % 2] as ChatModule, zone, principal), room.id),
        );
        for (const client of clients) await client.catchUp();
        let random = seed >>> 0;
        const shuffle = <Item>(items: Item[]): Item[] =>
          items
            .map((item) => {
              random = (random * 1_664_525 + 1_013_904_223) >>> 0;
              return { item, key: random };
            })
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const act = async (at: Step, index: number) => {
          const principal = people[at.who] as Principal;
          const client = clients[at.who] as Client;
          try {
            if (at.do === 'send') await client.socket.emit('message:send', { roomId: room.id, clientId: `c${index}`, body: `말 ${index}` });
            if (at.do === 'leave') client.socket.deaf = true;
            if (at.do === 'listen') client.listen(shuffle);
            if (at.do === 'return') await client.catchUp();
            if (at.do === 'edit' || at.do === 'delete' || at.do === 'react') {
              const id = messageId(room.id, at.target + 1);
              if (at.do === 'edit')
                await call(index, principal, 'PATCH /api/v1/messages/:messageId', { messageId: id }, { body: `edit ${index}` });
              if (at.do === 'delete') await call(index, principal, 'DELETE /api/v1/messages/:messageId', { messageId: id });
              if (at.do === 'react') {
                const key = `${at.on ? 'PUT' : 'DELETE'} /api/v1/messages/:messageId/reactions/:reaction`;
                await call(index, principal, key, { messageId: id, reaction: at.reaction });
              }
            }
          } catch (error) {
            assert.match(String((error as { code?: string }).code), /^chat\.(message_not_found|not_allowed)$/);
          }
        };
        // Three steps at a time, so that nodes truly meet at the same room.
        for (let index = 0; index < steps.length; index += 3) {
          await Promise.all(steps.slice(index, index + 3).map((at, offset) => act(at, index + offset)));
        }
        for (const [index, client] of clients.entries()) {
          client.listen(shuffle);
          await client.catchUp();
          const fresh = new Client(new TestSocket(world, nodes[0] as ChatModule, zone, people[index] as Principal), room.id);
          await fresh.catchUp();
          const shown = (held: Timeline) =>
            messagesInOrder(held).map(({ replyTo: _preview, ...message }) => ({
              ...message,
              reactions: [...message.reactions].sort((a, b) => (a.reaction < b.reaction ? -1 : 1)),
            }));
          assert.deepEqual(shown(client.timeline), shown(fresh.timeline));
          assert.deepEqual([client.timeline.seq, client.timeline.rev], [fresh.timeline.seq, fresh.timeline.rev]);
          world.sockets.delete(fresh.socket);
          world.sockets.delete(client.socket);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('[CH22] answers exactly what was missed, in pages', async () => {
    const mina = world.person('Mina');
    const room = (await call(0, mina, 'POST /api/v1/rooms', {}, { name: 'r', visibility: 'public' })) as Room;
    const socket = new TestSocket(world, nodes[0] as ChatModule, zone, mina);
    await Promise.all(
      Array.from({ length: 450 }, (_, index) => socket.emit('message:send', { roomId: room.id, clientId: `c${index}`, body: 'x' })),
    );
    const newest = await socket.emit('room:join', { roomId: room.id });
    assert.deepEqual([newest.messages[0]?.seq, newest.messages.at(-1)?.seq, newest.more, newest.seq], [401, 450, false, 450]);
    const seqs: number[] = [];
    const mores: boolean[] = [];
    for (let from = 7; from < 450; ) {
      const answer = await socket.emit('room:join', { roomId: room.id, after: from, rev: 0 });
      seqs.push(...answer.messages.map((message) => message.seq));
      mores.push(answer.more);
      from = seqs.at(-1) ?? 450;
    }
    assert.deepEqual(
      seqs,
      Array.from({ length: 443 }, (_, index) => index + 8),
    );
    assert.deepEqual(mores, [true, true, false]);
    const ahead = await socket.emit('room:join', { roomId: room.id, after: 9999, rev: 9999 });
    assert.deepEqual([ahead.messages, ahead.changes, ahead.more, ahead.reset], [[], [], false, false]);
  });

  it('[CH14] tells the newest message again when it is repeated, and no other', async () => {
    const mina = world.person('Mina');
    const room = (await call(0, mina, 'POST /api/v1/rooms', {}, { name: 'r', visibility: 'public' })) as Room;
    const socket = new TestSocket(world, nodes[0] as ChatModule, zone, mina);
    await socket.emit('room:join', { roomId: room.id });
    const send = (clientId: string) => socket.emit('message:send', { roomId: room.id, clientId, body: clientId });
    for (const clientId of ['a', 'a', 'b', 'a']) await send(clientId);
    const told = socket.heard.filter(({ event }) => event === 'message:new').map(({ payload }) => (payload as Message).clientId);
    assert.deepEqual(told, ['a', 'a', 'b']);
  });

  it('[CH27] [CH28] tells presence, typing, unread and mentions to whom they concern', async () => {
    const [mina, juno] = [world.person('Mina'), world.person('Juno')];
    const room = (await call(0, mina, 'POST /api/v1/rooms', {}, { name: 'r', visibility: 'private', memberIds: [juno.id] })) as Room;
    const here = new TestSocket(world, nodes[0] as ChatModule, zone, mina);
    const outside = new TestSocket(world, nodes[1] as ChatModule, zone, juno);
    assert.equal((await outside.emit('rooms:watch', {})).rooms, 1);
    assert.equal((await here.emit('room:join', { roomId: room.id })).online, 1);
    await here.emit('message:send', { roomId: room.id, clientId: 'a', body: `<@${juno.id}> 여기요` });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(outside.heard.map(({ event }) => event).sort(), ['mention', 'unread']);
    assert.equal((await outside.emit('room:join', { roomId: room.id })).online, 2);
    await outside.emit('typing', { roomId: room.id, on: true });
    const typing = { roomId: room.id, userId: juno.id, name: 'Juno', on: true };
    assert.deepEqual(here.heard.find(({ event }) => event === 'typing')?.payload, typing);
    assert.ok(!outside.heard.some(({ event }) => event === 'typing'));
    assert.deepEqual(await outside.emit('read', { roomId: room.id, seq: 99 }), { readSeq: 1, unread: 0 });
    assert.deepEqual(await outside.emit('read', { roomId: room.id, seq: 0 }), { readSeq: 1, unread: 0 });
    await assert.rejects(
      new TestSocket(world, nodes[0] as ChatModule, zone, world.person('X')).emit('typing', { roomId: room.id, on: true }),
    );
  });
});
