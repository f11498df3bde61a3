import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openEnvelope, type RoomAction, sealEnvelope } from './envelope.ts';
import { eventText, packetOf } from './packet.ts';

/** Reads unmasked text frames back, by RFC 6455 §5.2. */
function readFrames(bytes: Buffer): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    assert.equal(bytes[at], 0x81);
    const short = bytes.readUInt8(at + 1);
    const [length, header] =
      short < 126 ? [short, 2] : short === 126 ? [bytes.readUInt16BE(at + 2), 4] : [Number(bytes.readBigUInt64BE(at + 2)), 10];
    texts.push(bytes.subarray(at + header, at + header + length).toString());
    at += header + length;
  }
  return texts;
}

describe('packets', () => {
  it('are the frames of their texts, at every boundary of length', () => {
    for (const length of [0, 1, 90, 100, 123, 124, 125, 126, 200, 65_000, 65_533, 65_534, 65_535, 65_536, 70_000]) {
      const text = 'x'.repeat(length);
      assert.deepEqual(readFrames(packetOf([text]).frames), [`4${text}`]);
    }
    const texts = ['한국어 메시지', '', '🪁'.repeat(40_000)];
    assert.deepEqual(
      readFrames(packetOf(texts).frames),
      texts.map((text) => `4${text}`),
    );
  });

  it('say events as the library does', () => {
    assert.equal(eventText('/chat', 'message:new', { body: 'a\n"b"' }), '2/chat,["message:new",{"body":"a\\n\\"b\\""}]');
    assert.throws(() => eventText('/chat', 'x', 1n), TypeError);
  });
});

describe('envelopes', () => {
  const actions: RoomAction[] = [
    { kind: 'event', text: eventText('/chat', 'e', 'line\nbreak and spaces'), exceptSocketId: '', volatile: false },
    { kind: 'event', text: eventText('/chat', 'e', {}), exceptSocketId: 'Abc_-1', volatile: true },
    { kind: 'evict', userId: 'user_1' },
  ];

  it('bring to other nodes what was put in, in order, and nothing to the sender', () => {
    const message = sealEnvelope('node-1', actions);
    assert.deepEqual(openEnvelope('node-2', message), actions);
    assert.deepEqual(openEnvelope('node-', message), actions);
    assert.equal(openEnvelope('node-1', message), undefined);
  });

  it('leave out lines that make no sense', () => {
    for (const message of ['', 'node-1', 'node-1\n', 'node-1\nz', 'node-1\ne', '\n\n\n', 'node-1\n\0']) {
      assert.deepEqual(openEnvelope('node-2', message), [], JSON.stringify(message));
    }
  });
});
