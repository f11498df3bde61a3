import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handleFrom, handleKey } from './channel-handle.ts';
import { tidyTags } from './create-video.ts';
import { searchWords, stemOf } from './search-words.ts';

describe('words of a search', () => {
  it('[VI50] cuts a particle that agrees with what it follows, and nothing else', () => {
    const stems = {
      수학을: '수학',
      수학를: '수학를',
      기타를: '기타',
      기타는: '기타',
      미적분은: '미적분',
      학교에서: '학교',
      서울로: '서울',
    };
    for (const [word, stem] of Object.entries(stems)) assert.equal(stemOf(word), stem);
    for (const whole of ['은', '나이', '고양이', 'the', '사과'])
      assert.equal(stemOf(whole).length >= Math.min(2, whole.length), true, whole);
    assert.equal(stemOf('나이'), '나이');
    assert.equal(stemOf('사과'), '사과');
  });
  it('[VI51] keeps how a word was written beside its stem', () => {
    assert.deepEqual(searchWords('고양이'), [{ stem: '고양', said: '고양이' }]);
  });
  it('[VI55] takes eight words at most, each once', () => {
    const stems = searchWords('  기타, 기타! (GUITAR) 연습을').map(({ stem }) => stem);
    assert.deepEqual(stems, ['기타', 'GUITAR', '연습']);
    assert.equal(searchWords('a b c d e f g h i j').length, 8);
    assert.deepEqual(searchWords('%%% ---'), []);
  });
});

describe('handles and tags', () => {
  it('[VI11] makes a handle of a name in its own script', () => {
    assert.equal(handleFrom('한마당 TV!', 'abc'), '한마당-tv');
    assert.equal(handleFrom('한마당 TV', 'abc', true), '한마당-tv-abc');
    assert.equal(handleFrom('😀', 'abc'), 'channel-abc');
    assert.equal(handleFrom('Al', 'abc'), 'al-abc');
    assert.ok(Array.from(handleFrom('가'.repeat(60), 'abcdef', true)).length <= 30);
    assert.equal(handleKey('ＡＢ'), 'ab');
  });
  it('[VI10] keeps each tag once, as first written', () => {
    assert.deepEqual(tidyTags(['#Jazz', 'jazz', 'ＪＡＺＺ', ' ', '재즈  바']), ['Jazz', '재즈 바']);
  });
});
