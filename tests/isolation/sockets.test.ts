import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { io, type Socket } from 'socket.io-client';
import { startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';
import { type Actor, everyKind } from './actors.ts';
import { mayAsk, SOCKETS } from './permission-table.ts';
import { fullSampleFor, type Ids } from './sample-values.ts';
import { belongingsOf, peopleOf } from './zone-fixtures.ts';
import { BehindTheScenes } from './zone-rows.ts';

const HERE = 'talk';
const THERE = 'univprep';
const MARKER = 'yonder9c2d';
type Ack = { ok: boolean; error?: { code: string; message: string } };

/** How each namespace refuses what is of another zone. */
const NOT_THERE: Readonly<Record<string, string>> = {
  '/chat': 'chat.room_not_found',
  '/media': 'media.asset_not_found',
  '/video': 'video.video_not_found',
};

describe('every socket namespace and event', () => {
  let madang: TestMadang;
  let scenes: BehindTheScenes;
  let actors: Actor[];
  let here: Ids;
  let there: Ids;
  let yonder: Actor;
  const open: Socket[] = [];

  before(async () => {
    madang = await startTestMadang({ everyFeature: true, args: ['--roles', 'web,realtime'], environment: { MADANG_PUBLIC_PORT: '3000' } });
    const people = await peopleOf(madang, HERE, 'hither');
    actors = await everyKind(madang, HERE, people.organizationId as string);
    here = await belongingsOf(madang, HERE, (actors[1] as Actor).signedIn, people, 'hither');
    const others = await peopleOf(madang, THERE, MARKER);
    yonder = await studentYonder(others);
    there = await belongingsOf(madang, THERE, yonder.signedIn, others, MARKER);
    scenes = await BehindTheScenes.open(madang);
  });
  after(async () => {
    for (const socket of open) socket.close();
    await scenes?.close();
    await madang.close();
  });

  async function studentYonder(people: Ids): Promise<Actor> {
    const [, student] = await everyKind(madang, THERE, people.organizationId as string);
    return student as Actor;
  }
  async function connect(zoneId: string, token: string | undefined, namespace: string): Promise<Socket> {
    const socket = await madang.socket(zoneId, token, namespace);
    open.push(socket);
    return socket;
  }
  const refusal = async (opening: Promise<Socket>): Promise<string> => {
    try {
      open.push(await opening);
      return 'let in';
    } catch (error) {
      return (error as Error & { data?: { code?: string } }).data?.code ?? String(error);
    }
  };
  const namespaces = () => madang.running.house.modules.flatMap((module) => module.sockets ?? []);
  const ask = (socket: Socket, event: string, payload: unknown): Promise<Ack> => socket.timeout(5_000).emitWithAck(event, payload);

  it('has a row for each', () => {
    for (const namespace of namespaces()) {
      assert.ok(SOCKETS[namespace.name], `${namespace.name} has no row in permission-table.ts`);
      for (const event of Object.keys(namespace.events)) {
        assert.ok(SOCKETS[namespace.name]?.events[event], `${namespace.name} ${event} has no row in permission-table.ts`);
      }
    }
  });

  it('no one, a broken token and a token of another zone stay outside', async () => {
    const guest = actors[0] as Actor;
    for (const { name } of namespaces()) {
      assert.equal(await refusal(madang.socket(HERE, undefined, name)), 'request.unauthenticated');
      assert.equal(await refusal(madang.socket(HERE, '', name)), 'request.unauthenticated');
      assert.equal(await refusal(madang.socket(HERE, 'not.a.token', name)), 'request.unauthenticated');
      assert.equal(await refusal(madang.socket(HERE, yonder.token, name)), 'request.wrong_zone');
      assert.equal(await refusal(madang.socket(THERE, guest.token, name)), 'request.wrong_zone');
      assert.equal(await refusal(madang.socket('nowhere', guest.token, name)), 'request.zone_unknown');
    }
    assert.notEqual(await refusal(madang.socket(HERE, guest.token, '/nowhere')), 'let in');
    assert.notEqual(await refusal(madang.socket(HERE, guest.token, '/')), 'let in');
  });

  it('a page of somewhere else does not connect, with whatever token', async () => {
    const from = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = io(`http://127.0.0.1:${madang.port}/chat`, {
          path: '/ws',
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
          extraHeaders: { host: `talk.localhost:${madang.port}`, origin },
          auth: { token: (actors[0] as Actor).token },
        });
        open.push(socket);
        socket.once('connect', () => resolve('let in'));
        socket.once('connect_error', (error: Error & { data?: { code?: string } }) => resolve(error.data?.code ?? error.message));
      });
    for (const origin of ['https://evil.example', 'http://univprep.localhost:3000', 'null', 'http://talk.localhost:3001']) {
      assert.equal(await from(origin), 'request.wrong_origin', origin);
    }
    assert.equal(await from('http://talk.localhost:3000'), 'let in');
    assert.equal(await from('http://app.talk.localhost:3000'), 'let in');
  });

  it('every event answers each role as its row says', async () => {
    for (const namespace of namespaces()) {
      for (const actor of actors) {
        const socket = await connect(HERE, actor.token, namespace.name);
        const own = await belongingsOf(madang, HERE, actor.signedIn, here, 'hither', here);
        const { role, capabilities } = actor.kind;
        for (const [name, event] of Object.entries(namespace.events)) {
          const ack = await ask(socket, name, fullSampleFor(event.payload, { ...own, replyTo: '' }, name));
          const may = mayAsk(SOCKETS[namespace.name]?.events[name] ?? 'public', role, capabilities);
          assert.equal(ack.error?.code === 'request.forbidden', !may, `${name} as ${actor.kind.name}: ${JSON.stringify(ack)}`);
          assert.notEqual(ack.error?.code, 'request.invalid', `${name}: the sample must be good`);
          assert.notEqual(ack.error?.code, 'request.internal', name);
        }
        socket.close();
      }
    }
  });

  it('things of another zone are not there: refused by name, nothing heard, not a row moves', async () => {
    const heard: unknown[] = [];
    const before = await scenes.settledFingerprint(THERE);
    for (const namespace of namespaces()) {
      for (const actor of actors) {
        const socket = await connect(HERE, actor.token, namespace.name);
        socket.onAny((...args: unknown[]) => heard.push(args));
        for (const [name, event] of Object.entries(namespace.events)) {
          const payload = fullSampleFor(event.payload, there, name);
          const ack = await ask(socket, name, payload);
          assert.ok(!JSON.stringify(ack).includes(MARKER), `${name} as ${actor.kind.name}: ${JSON.stringify(ack)}`);
          // leaving what one never was in, and asking for one's own rooms, name nothing of anybody
          if (!['room:leave', 'rooms:watch', 'unwatch'].includes(name)) {
            assert.equal(ack.error?.code, NOT_THERE[namespace.name], `${name} as ${actor.kind.name}: ${JSON.stringify(ack)}`);
          }
        }
      }
    }
    assert.deepEqual(await scenes.settledFingerprint(THERE), before, 'rows of the other zone');

    // Someone speaks over there, in the very room the people here asked for; a turn of each socket later nobody has heard it.
    const said = await madang.client(THERE).ask(`/api/v1/rooms/${there.roomId}/messages`, {
      token: yonder.token,
      body: { clientId: 'overheard', body: `${MARKER} overheard` },
    });
    assert.equal(said.status, 201, said.text);
    for (const socket of open.filter((each) => each.connected)) await ask(socket, 'rooms:watch', {});
    assert.ok(!JSON.stringify(heard).includes(MARKER));
    assert.ok(!JSON.stringify(heard).includes(there.roomId as string));
  });

  it('a payload that fits no schema is refused, whatever it is', async () => {
    const socket = await connect(HERE, (actors[1] as Actor).token, '/chat');
    const odd = [
      null,
      undefined,
      0,
      '',
      'x',
      [],
      [[]],
      {},
      { roomId: null },
      { roomId: {} },
      { roomId: ['a'] },
      { __proto__: { roomId: here.roomId } },
    ];
    for (const name of Object.keys(SOCKETS['/chat']?.events ?? {})) {
      for (const payload of odd) {
        const ack = await ask(socket, name, payload);
        if (name === 'rooms:watch') continue; // asks nothing, so that most things will do
        assert.equal(ack.ok, false, `${name} ${JSON.stringify(payload)}`);
        assert.ok(
          ['request.invalid', 'chat.room_not_found'].includes(ack.error?.code ?? ''),
          `${name} ${JSON.stringify(payload)}: ${JSON.stringify(ack)}`,
        );
      }
    }
    assert.ok(socket.connected);
  });
});
