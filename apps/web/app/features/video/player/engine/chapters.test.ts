import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chapterAt, chaptersOf } from './chapters.ts';

describe('chapters in a description', () => {
  const written = [
    '마당에서 한 시간.',
    '',
    '0:00 진양조',
    '12:10 - 중모리',
    '(24:00) 자진모리',
    '1:00:05 휘모리',
    '더 듣기: https://a.example',
  ].join('\n');
  it('are lines that begin with a time', () => {
    assert.deepEqual(
      chaptersOf(written, 3790).map(({ title, start, end }) => [title, start, end]),
      [
        ['진양조', 0, 730],
        ['중모리', 730, 1440],
        ['자진모리', 1440, 3605],
        ['휘모리', 3605, 3790],
      ],
    );
  });
  it('begin at 0:00, rise, and lie within the film, or there are none', () => {
    assert.deepEqual(chaptersOf('0:10 a\n0:20 b', 60), []);
    assert.deepEqual(chaptersOf('0:00 a\n0:30 b\n0:20 c', 60), []);
    assert.deepEqual(chaptersOf('0:00 a\n1:20 b', 60), []);
    assert.deepEqual(chaptersOf('0:00 only one', 60), []);
    assert.deepEqual(chaptersOf('see 0:00 and 0:20', 60), []);
  });
  it('are found by position', () => {
    const chapters = chaptersOf('0:00 a\n0:20 b', 60);
    assert.deepEqual(
      [0, 19.9, 20, 99].map((at) => chapterAt(chapters, at)?.title),
      ['a', 'a', 'b', 'b'],
    );
    assert.equal(chapterAt([], 3), undefined);
  });
});
