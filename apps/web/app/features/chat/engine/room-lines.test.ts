import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeRoomServer } from './fake-room-server.ts';
import { dayIn, type Line, roomLines } from './room-lines.ts';
import { openRoomState, type RoomState, reduceRoom } from './room-state.ts';

const ME = 'user_me';
const seed = { me: ME, rev: 0, firstSeq: 1, online: 1, readSeq: 0, unread: 0 };
const day = dayIn('Asia/Seoul');
const drawn = (state: RoomState) => roomLines(state, { from: 1, to: null }, '2026-11-21T12:00:00Z', day);
const sketch = (lines: readonly Line[]) =>
  lines.map((line) =>
    line.kind === 'message'
      ? `${line.first ? '>' : ' '}${line.message.body}`
      : line.kind === 'pending'
        ? `?${line.pending.body}`
        : line.kind,
  );

function talk(said: readonly [sender: string, at: string][]): RoomState {
  const server = new FakeRoomServer(ME);
  for (const [sender] of said) server.say(sender, String(server.messages.length + 1));
  const messages = server.messages.map((message, at) => ({ ...message, createdAt: said[at]?.[1] ?? '' }));
  return openRoomState({ ...seed, seq: messages.length, messages });
}

describe('lines of a room', () => {
  it('stand under one name for five minutes, and begin anew with another person or day', () => {
    const state = talk([
      ['user_a', '2026-11-20T14:50:00Z'],
      ['user_a', '2026-11-20T14:54:00Z'],
      ['user_a', '2026-11-20T15:01:00Z'],
      ['user_b', '2026-11-20T15:02:00Z'],
      ['user_b', '2026-11-20T15:09:00Z'],
    ]);
    // 15:00 UTC is midnight in Seoul.
    assert.deepEqual(sketch(drawn(state)), ['day', '>1', ' 2', 'day', '>3', '>4', '>5']);
  });

  it('divide what is new from what was read, and count it', () => {
    const state = {
      ...talk([
        ['user_a', '2026-11-20T01:00:00Z'],
        ['user_a', '2026-11-20T01:01:00Z'],
        ['user_a', '2026-11-20T01:02:00Z'],
      ]),
      dividerSeq: 1,
    };
    const lines = drawn(state);
    assert.deepEqual(sketch(lines), ['day', '>1', 'unread', '>2', ' 3']);
    assert.equal(lines[2]?.kind === 'unread' && lines[2].count, 2);
  });

  it('end with what is on its way, but not while an older part is read', () => {
    const pending = { clientId: 'c', body: 'soon', replyTo: null, files: [], createdAt: '2026-11-20T01:01:00Z', step: 'waiting' as const };
    const state = reduceRoom(talk([['user_me', '2026-11-20T01:00:00Z']]), { type: 'written', pending });
    assert.deepEqual(sketch(drawn(state)), ['day', '>1', '?soon']);
    assert.deepEqual(sketch(roomLines(state, { from: 1, to: 1 }, '', day)), ['day', '>1']);
  });

  it('show at once what was just done to a message', () => {
    let state = talk([['user_me', '2026-11-20T01:00:00Z']]);
    state = reduceRoom(state, { type: 'intended', intent: { id: 'i', seq: 1, act: { kind: 'react', reaction: 'Nice', on: true } } });
    state = reduceRoom(state, { type: 'intended', intent: { id: 'j', seq: 1, act: { kind: 'edit', body: 'mended' } } });
    const line = drawn(state)[1];
    assert.ok(line?.kind === 'message');
    assert.deepEqual([line.message.body, line.message.reactions], ['mended', [{ reaction: 'Nice', count: 1, mine: true }]]);
  });
});
