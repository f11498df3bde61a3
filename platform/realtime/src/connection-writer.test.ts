import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Socket as EngineSocket } from 'engine.io';
import { ConnectionWriter } from './connection-writer.ts';
import { packetOf } from './packet.ts';

const limits = { outgoingBytes: 100, volatileBytes: 10 };

/** A connection as the libraries make it, with what reached its TCP socket and its queue. */
function connection() {
  const [direct, queued, sent]: [Buffer[], string[], (() => void)[]] = [[], [], []];
  const tcp = { writableLength: 0, write: (bytes: Buffer) => direct.push(bytes) };
  const socket = {
    readyState: 1,
    _sender: { _state: 0, _socket: tcp },
    _socket: tcp,
    calls: [] as string[],
    pause: () => socket.calls.push('pause'),
    resume: () => socket.calls.push('resume'),
    terminate: () => socket.calls.push('terminate'),
  };
  const conn = {
    readyState: 'open',
    writeBuffer: [] as unknown[],
    transport: { name: 'websocket', perMessageDeflate: null as object | null, supportsBinary: true, socket },
    write: (text: string, _: object, callback: () => void) => {
      queued.push(text);
      sent.push(callback);
    },
    close: (discard: boolean) => socket.calls.push(`close ${discard}`),
  };
  const open = () => new ConnectionWriter(conn as unknown as EngineSocket, limits);
  return { conn, socket, tcp, direct, queued, sent, open };
}

describe('connection writer', () => {
  const packet = packetOf(['one', 'two']);

  it('writes frames straight to an idle connection', () => {
    const t = connection();
    assert.equal(t.open().write(packet, false), 'written');
    assert.deepEqual([t.direct, t.queued], [[packet.frames], []]);
  });

  it('queues behind what the libraries have not written yet', () => {
    const busy: ((t: ReturnType<typeof connection>) => void)[] = [
      (t) => t.conn.writeBuffer.push({}),
      (t) => Object.assign(t.socket._sender, { _state: 1 }),
    ];
    for (const make of busy) {
      const t = connection();
      const writer = t.open();
      make(t);
      assert.equal(writer.write(packet, false), 'written');
      assert.deepEqual([t.direct, t.queued, writer.backlog], [[], ['one', 'two'], 6]);
      for (const done of t.sent) done();
      assert.equal(writer.backlog, 0);
    }
  });

  it('uses the queue for good where the libraries do not look as expected', () => {
    const changes: ((t: ReturnType<typeof connection>) => void)[] = [
      (t) => Object.assign(t.conn.transport, { name: 'polling' }),
      (t) => Object.assign(t.conn.transport, { perMessageDeflate: {} }),
      (t) => Object.assign(t.conn.transport, { socket: undefined }),
      (t) => Object.assign(t.socket, { _sender: { _state: 'idle' } }),
      (t) => Object.assign(t.socket, { _socket: { write: () => true, writableLength: 0 } }),
      (t) => Object.assign(t.tcp, { writableLength: undefined }),
      (t) => Object.assign(t.socket, { terminate: undefined }),
      (t) => Object.assign(t.conn, { writeBuffer: undefined }),
    ];
    for (const change of changes) {
      const t = connection();
      change(t);
      const writer = t.open();
      assert.equal(writer.isDirect, false, String(change));
      writer.hold(writer);
      writer.letGo(writer);
      assert.equal(writer.write(packet, false), 'written');
      assert.deepEqual([t.direct, t.queued], [[], ['one', 'two']]);
      writer.terminate();
      assert.deepEqual(t.socket.calls, ['close true']);
    }
  });

  it('leaves volatile packets out of a backlog, and reports one beyond its bound', () => {
    const t = connection();
    const writer = t.open();
    t.tcp.writableLength = 11;
    assert.equal(writer.write(packet, true), 'left out');
    assert.equal(writer.write(packet, false), 'written');
    t.tcp.writableLength = 101;
    assert.equal(writer.write(packet, false), 'overflowed');
    assert.equal(t.direct.length, 1);
  });

  it('writes nothing to a connection that is closing', () => {
    const t = connection();
    const writer = t.open();
    t.socket.readyState = 2;
    assert.equal(writer.write(packet, false), 'closed');
    t.conn.readyState = 'closing';
    t.conn.writeBuffer.push({});
    assert.equal(writer.write(packet, false), 'closed');
    assert.deepEqual([t.direct, t.queued], [[], []]);
  });

  it('reads on only when everyone who held it has let go', () => {
    const t = connection();
    const writer = t.open();
    const [a, b] = [{}, {}];
    for (const step of [() => writer.letGo(a), () => writer.hold(a), () => writer.hold(b), () => writer.hold(a), () => writer.letGo(a)])
      step();
    assert.deepEqual(t.socket.calls, ['pause']);
    writer.letGo(b);
    writer.letGo(b);
    assert.deepEqual(t.socket.calls, ['pause', 'resume']);
  });
});
