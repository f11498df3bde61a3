import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textPieces } from './text-pieces.ts';

const shape = (text: string) => textPieces(text).map((piece) => (piece.kind === 'text' ? piece.text : `<${piece.kind} ${piece.text}>`));

describe('what people write', () => {
  it('has links, without the sentence’s own marks', () => {
    assert.deepEqual(shape('보기: https://a.example/x?y=1#z. 끝'), ['보기: ', '<link https://a.example/x?y=1#z>', '. 끝']);
    assert.deepEqual(shape('(https://a.example)'), ['(', '<link https://a.example>', ')']);
    assert.deepEqual(shape('javascript:alert(1) http://'), ['javascript:alert(1) http://']);
  });
  it('has times of the film', () => {
    assert.deepEqual(shape('41:03 여기, 1:02:03도'), ['<time 41:03>', ' 여기, ', '<time 1:02:03>', '도']);
    assert.deepEqual(textPieces('1:02:03')[0], { kind: 'time', text: '1:02:03', seconds: 3723 });
    assert.deepEqual(shape('2026-11-21 10:20:30:40 3/4:55'), ['2026-11-21 10:20:30:40 3/4:55']);
  });
  it('has tags in any script, and only whole ones', () => {
    assert.deepEqual(shape('#가야금 #마당_공연 a#b &#39;'), ['<tag #가야금>', ' ', '<tag #마당_공연>', ' a#b &#39;']);
  });
});
