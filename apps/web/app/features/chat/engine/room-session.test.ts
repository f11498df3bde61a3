import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FakeRoomServer, ManualTime } from './fake-room-server.ts';
import { openRoom } from './open-room.ts';
import { Refused } from './room-link.ts';
import { RoomSession } from './room-session.ts';
import type { Pending } from './room-state.ts';
import type { Outbox } from './write-pending.ts';

const ME = 'user_me';
const OTHER = 'user_other';

function memoryOutbox(): Outbox & { kept: Map<string, Pending> } {
  const kept = new Map<string, Pending>();
  return {
    kept,
    read: () => [...kept.values()],
    keep: (pending) => void kept.set(pending.clientId, pending),
    drop: (clientId) => void kept.delete(clientId),
  };
}

function enter(server: FakeRoomServer, time = new ManualTime(), outbox = memoryOutbox()) {
  let ids = 0;
  const open = openRoom({ room: server.room(), page: server.page({}), openAt: undefined }, ME, async (query) => server.page(query));
  const session = new RoomSession({
    me: ME,
    roomId: server.roomId,
    open,
    calls: {
      readRoom: async () => server.room(),
      edit: async (messageId, body) => {
        const seq = Number(messageId.slice(4));
        server.change(seq, { edit: body });
        return server.messages[seq - 1] ?? assert.fail('no such message');
      },
      remove: async (messageId) => void server.change(Number(messageId.slice(4)), { remove: true }),
      react: async (messageId, reaction, on) => {
        const seq = Number(messageId.slice(4));
        const change = server.change(seq, { react: reaction, by: ME, on });
        if (change?.kind !== 'reaction') throw Object.assign(new Error('gone'), { code: 'chat.message_not_found' });
        return { id: messageId, seq, rev: change.rev, reaction, count: change.count, mine: on };
      },
    },
    outbox,
    now: time.now,
    later: time.later,
    newId: () => `mine-${outbox.kept.size}-${ids++}`,
  });
  session.open();
  return { session, time, outbox, state: () => session.store.get().state };
}

describe('a room on the page', () => {
  it('shows what the loader read, then what comes, without asking again', async () => {
    const server = new FakeRoomServer(ME);
    for (let at = 0; at < 60; at++) server.say(OTHER, `old ${at}`);
    server.flying = [];
    const { session, time, state } = enter(server);
    session.attach(server.connect());
    await time.pass(10);
    assert.equal(server.joins, 1);
    server.say(OTHER, 'new');
    server.deliverAll();
    await time.pass(5_000);
    assert.equal(state().timeline.seq, 61);
    assert.equal(server.joins, 1);
  });

  it('asks for what a lost broadcast left out, once it had time to come by itself', async () => {
    const server = new FakeRoomServer(ME);
    const { session, time, state } = enter(server);
    session.attach(server.connect());
    await time.pass(10);
    server.say(OTHER, 'lost');
    server.flying = [];
    server.say(OTHER, 'heard');
    server.deliverAll();
    assert.equal(state().timeline.seq, 0);
    await time.pass(100);
    assert.equal(server.joins, 1);
    await time.pass(1_000);
    assert.deepEqual(
      [...state().timeline.messages.values()].map(({ body }) => body),
      ['lost', 'heard'],
    );
  });

  it('keeps what is written without a connection and sends it in order when back, also after the page was closed', async () => {
    const server = new FakeRoomServer(ME);
    const outbox = memoryOutbox();
    const time = new ManualTime();
    const first = enter(server, time, outbox);
    for (const body of ['one', 'two', 'three']) first.session.queue.write({ body, replyTo: null, files: [] });
    await time.pass(60_000);
    assert.deepEqual(
      first.state().pending.map(({ step }) => step),
      ['waiting', 'waiting', 'waiting'],
    );
    const second = enter(server, time, outbox);
    assert.equal(second.state().pending.length, 3);
    second.session.attach(server.connect());
    await time.pass(100);
    server.deliverAll();
    assert.deepEqual(
      server.messages.map(({ body }) => body),
      ['one', 'two', 'three'],
    );
    assert.deepEqual([second.state().pending.length, outbox.kept.size], [0, 0]);
  });

  it('sends a message whose answer was lost again under its own name, so that it stands once', async () => {
    const server = new FakeRoomServer(ME);
    const { session, time, state } = enter(server);
    let detach = session.attach(server.connect());
    await time.pass(10);
    server.loseAnswers = 1;
    session.queue.write({ body: 'hello', replyTo: null, files: [] });
    await time.pass(10);
    server.disconnect();
    detach();
    await time.pass(10);
    assert.equal(state().pending[0]?.step, 'waiting');
    detach = session.attach(server.connect());
    await time.pass(5_000);
    assert.equal(state().pending.length, 0);
    // It came back with the room before its turn to be sent again came.
    assert.deepEqual([server.messages.length, server.sends.length], [1, 1]);
    detach();
  });

  it('waits out what passes, and leaves what is refused to the person', async () => {
    const server = new FakeRoomServer(ME);
    const { session, time, state, outbox } = enter(server);
    session.attach(server.connect());
    await time.pass(10);
    server.refusals = [
      new Refused({ code: 'chat.slow_mode', message: 'slow', retryAfterSeconds: 5 }),
      new Refused({ code: 'chat.muted', message: 'muted' }),
    ];
    session.queue.write({ body: 'first', replyTo: null, files: [] });
    await time.pass(4_000);
    assert.equal(state().pending[0]?.step, 'waiting');
    await time.pass(2_000);
    assert.deepEqual([state().pending[0]?.step, state().pending[0]?.problem], ['failed', 'muted']);
    assert.equal(outbox.kept.size, 1);
    const [failed] = state().pending;
    session.queue.retry(failed?.clientId ?? '');
    await time.pass(10);
    server.deliverAll();
    assert.deepEqual([server.messages.length, state().pending.length, outbox.kept.size], [1, 0, 0]);
  });

  it('sends nothing past a message that has to wait', async () => {
    const server = new FakeRoomServer(ME);
    const { session, time } = enter(server);
    session.attach(server.connect());
    await time.pass(10);
    server.refusals = [new Refused({ code: 'chat.too_fast', message: 'slow down', retryAfterSeconds: 3 })];
    session.queue.write({ body: 'first', replyTo: null, files: [] });
    session.queue.write({ body: 'second', replyTo: null, files: [] });
    await time.pass(10_000);
    assert.deepEqual(
      server.messages.map(({ body }) => body),
      ['first', 'second'],
    );
  });

  it('far behind shows the newest at once and leaves the rest to be read as history', async () => {
    const server = new FakeRoomServer(ME);
    server.say(OTHER, 'before');
    const { session, time, state } = enter(server);
    for (let at = 0; at < 1_500; at++) server.say(OTHER, `missed ${at}`);
    server.flying = [];
    session.attach(server.connect());
    await time.pass(10);
    assert.equal(server.joins, 2);
    assert.equal(state().timeline.seq, 1_501);
    assert.equal(state().timeline.messages.size, 50);
    await session.history.extend('before');
    assert.equal(state().timeline.messages.get(1_440)?.seq, 1_440);
  });

  it('brings a page of history up to what changed while it was on its way', async () => {
    const server = new FakeRoomServer(ME);
    for (let at = 0; at < 120; at++) server.say(OTHER, `old ${at}`);
    server.flying = [];
    const { session, time, state } = enter(server);
    session.attach(server.connect());
    await time.pass(10);
    const page = server.page({ around: 20 });
    server.change(20, { edit: 'mended' });
    server.deliverAll();
    session.store.dispatch({ type: 'paged', messages: page });
    assert.equal(state().timeline.messages.get(20)?.body, 'mended');
  });

  it('takes back what it showed before the server said no', async () => {
    const server = new FakeRoomServer(ME);
    server.say(OTHER, 'gone soon');
    server.flying = [];
    const { session, time, state } = enter(server);
    session.attach(server.connect());
    await time.pass(10);
    const message = state().timeline.messages.get(1) ?? assert.fail();
    server.change(1, { remove: true });
    server.flying = [];
    const reacting = session.react(message, 'Nice', true);
    assert.equal(state().intents.length, 1);
    await assert.rejects(reacting, /gone/);
    assert.equal(state().intents.length, 0);
  });

  it('closes before someone who was banned, and keeps asking nothing', async () => {
    const server = new FakeRoomServer(ME);
    const { session, time } = enter(server);
    const link = server.connect();
    session.attach({
      ...link,
      call: async (event, payload) => {
        if (event === 'room:join') throw new Refused({ code: 'chat.banned', message: 'no' });
        return link.call(event, payload);
      },
    });
    await time.pass(60_000);
    assert.equal(session.store.get().access, 'banned');
    assert.equal(server.joins, 0);
  });

  it('ends in the state of the server, whatever is lost, doubled, reordered or cut, and holds nothing twice', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), seq: fc.nat(30), kind: fc.nat(2), on: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('mine' as const), seq: fc.nat(30), kind: fc.nat(2) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('deliver' as const), at: fc.nat(5), twice: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), at: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('mute' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(1_500) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('page' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(70), async (steps, before) => {
        const server = new FakeRoomServer(ME);
        for (let at = 0; at < before; at++) server.say(at % 3 === 0 ? ME : OTHER, `old ${at}`);
        server.flying = [];
        const { session, time, state } = enter(server);
        let detach = session.attach(server.connect());
        await time.pass(1);
        const written: string[] = [];
        const pick = (seq: number) => state().timeline.messages.get(Math.max(1, state().timeline.seq - seq));
        for (const one of steps) {
          if (one.do === 'say') server.say(OTHER, `said ${server.messages.length}`);
          else if (one.do === 'write') {
            written.push(`written ${written.length}`);
            session.queue.write({ body: written.at(-1) ?? '', replyTo: null, files: [] });
          } else if (one.do === 'change') {
            const seq = Math.max(1, server.messages.length - one.seq);
            server.change(
              seq,
              one.kind === 0
                ? { edit: `edited ${server.changes.length}` }
                : one.kind === 1
                  ? { remove: true }
                  : { react: 'Nice', by: OTHER, on: one.on },
            );
          } else if (one.do === 'mine') {
            const message = pick(one.seq);
            if (message === undefined || message.deletedAt !== null) continue;
            const mine = message.reactions.some(({ mine: held, reaction }) => held && reaction === 'Mine');
            const done =
              one.kind === 0
                ? session.edit(message, 'mended')
                : one.kind === 1
                  ? session.remove(message)
                  : session.react(message, 'Mine', !mine);
            await done.catch(() => undefined);
          } else if (one.do === 'deliver') server.deliver(one.at, one.twice);
          else if (one.do === 'lose') server.flying.splice(one.at, 1);
          else if (one.do === 'mute') server.loseAnswers++;
          else if (one.do === 'pass') await time.pass(one.ms);
          else if (one.do === 'page') await session.history.extend('before');
          else {
            server.disconnect();
            detach();
            await time.pass(1);
            detach = session.attach(server.connect());
          }
        }
        // The network heals: it is cut once more, and what flies arrives.
        server.loseAnswers = 0;
        server.disconnect();
        detach();
        await time.pass(20_000);
        session.attach(server.connect());
        await time.pass(20_000);
        server.deliverAll();
        await time.pass(20_000);

        const { timeline, pending, intents } = state();
        assert.deepEqual([pending, intents], [[], []]);
        assert.deepEqual([timeline.seq, timeline.rev], [server.messages.length, server.changes.length]);
        const held = [...timeline.messages.values()].sort((a, b) => a.seq - b.seq);
        assert.deepEqual(held, server.messages.slice(server.messages.length - held.length));
        assert.ok(held.length >= Math.min(50, server.messages.length));
        const mine = server.messages.filter(({ clientId }) => clientId.startsWith('mine-'));
        assert.equal(mine.length, written.length);
        assert.deepEqual(
          mine.map(({ clientId }) => Number(clientId.split('-')[2])),
          mine.map(({ clientId }) => Number(clientId.split('-')[2])).sort((a, b) => a - b),
        );
      }),
      { numRuns: 300 },
    );
  });
});
