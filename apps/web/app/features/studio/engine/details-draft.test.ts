import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addTags, changedDetails, type Details, maySave, rebaseDetails, titleFromFile } from './details-draft.ts';

const SAVED: Details = { title: 'A', description: '', tags: ['one'], category: 'other', language: 'ko', commentsOpen: true };

describe('details that save themselves', () => {
  it('send what was touched and nothing else', () => {
    assert.deepEqual(changedDetails(SAVED, { ...SAVED, tags: ['one'] }), {});
    assert.deepEqual(changedDetails(SAVED, { ...SAVED, title: 'B', tags: [] }), { title: 'B', tags: [] });
  });

  it('follow the other window where this one was left alone', () => {
    const mine = { ...SAVED, title: 'mine' };
    const theirs = { ...SAVED, title: 'theirs', description: 'new' };
    assert.deepEqual(rebaseDetails(SAVED, mine, theirs), { ...SAVED, title: 'mine', description: 'new' });
  });

  it('wait while there is no title', () => {
    assert.equal(maySave({ ...SAVED, title: '  ' }), false);
  });
});

describe('what a file is called at first', () => {
  it('is its name without ending and underscores', () => {
    assert.equal(titleFromFile('설장구_가락_2강.mp4'), '설장구 가락 2강');
    assert.equal(titleFromFile('v1.2_final.mov'), 'v1.2 final');
    assert.equal(titleFromFile('.mp4'), '.mp4');
    assert.equal(titleFromFile(`${'가'.repeat(120)}.mp4`).length, 100);
  });
});

describe('tags', () => {
  it('come by commas, without #, once each', () => {
    assert.deepEqual(addTags(['국악'], '#대금, 국악 ,  산조,대금'), ['국악', '대금', '산조']);
    assert.equal(addTags([], Array.from({ length: 30 }, (_, n) => `t${n}`).join(',')).length, 20);
  });
});
