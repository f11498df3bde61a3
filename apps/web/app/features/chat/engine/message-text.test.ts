import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isFewEmoji, parseMessageText, plainText, type TextPiece } from './message-text.ts';

const links = (body: string) => parseMessageText(body).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));
const written = (piece: TextPiece): string =>
  piece.kind === 'mention' ? `<@${piece.id}>` : piece.kind === 'code' ? `\`${piece.text}\`` : piece.text;

describe('the words of a message', () => {
  it('links addresses of the web and nothing else', () => {
    assert.deepEqual(links('see https://example.com/a?b=1#c and http://x.kr/'), ['https://example.com/a?b=1#c', 'http://x.kr/']);
    assert.deepEqual(links('javascript:alert(1) data:text/html,x ftp://x www.example.com //x.com'), []);
    assert.deepEqual(links('https://user@evil.example/'), []);
  });

  it('leaves what a sentence puts behind an address to the sentence', () => {
    assert.deepEqual(links('(https://example.com/a(b)).'), ['https://example.com/a(b)']);
    assert.deepEqual(links('https://x.kr에서 https://ko.example.org/wiki/수학 https://example.com/x에서요!'), [
      'https://x.kr',
      'https://ko.example.org/wiki/수학',
      'https://example.com/x',
    ]);
    assert.deepEqual(links('“https://example.com/a…” https://example.com/b?!'), ['https://example.com/a', 'https://example.com/b']);
  });

  it('keeps code as written', () => {
    assert.deepEqual(parseMessageText('a `<@user_1> https://x.kr` b'), [
      { kind: 'text', text: 'a ' },
      { kind: 'code', text: '<@user_1> https://x.kr' },
      { kind: 'text', text: ' b' },
    ]);
    assert.deepEqual(parseMessageText('look\n```ts\nconst a = `1`;\n```\ndone'), [
      { kind: 'text', text: 'look' },
      { kind: 'block', text: 'const a = `1`;' },
      { kind: 'text', text: 'done' },
    ]);
  });

  it('finds mentions, and names them on one line', () => {
    const body = '<@user_1> 보세요\n<@guest_2a-b>';
    assert.deepEqual(
      parseMessageText(body).filter(({ kind }) => kind === 'mention'),
      [
        { kind: 'mention', id: 'user_1' },
        { kind: 'mention', id: 'guest_2a-b' },
      ],
    );
    assert.equal(
      plainText(body, (id) => (id === 'user_1' ? '이서연' : undefined)),
      '@이서연 보세요 @…',
    );
  });

  it('loses nothing of a text without fences', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '`', '<@user_1>', 'https://x.kr/(', ')', '\n', '가', '.', '<'), maxLength: 60 }),
        (body) => {
          if (body.includes('```')) return;
          assert.equal(parseMessageText(body).map(written).join(''), body);
        },
      ),
    );
  });

  it('is quick on the longest and worst', () => {
    for (const body of [
      'https://'.repeat(500),
      '('.repeat(4_000),
      `https://x.kr/${')'.repeat(1_900)}`,
      '`'.repeat(4_000),
      '<@user_'.repeat(570),
    ])
      assert.ok(parseMessageText(body).length > 0);
  });

  it('draws a few emoji large', () => {
    for (const few of ['👍', '🎉 🎉', '👨‍👩‍👧', '❤️']) assert.ok(isFewEmoji(few), few);
    for (const other of ['1', '👍 ok', '👍👍👍👍👍', '']) assert.ok(!isFewEmoji(other), other);
  });
});
