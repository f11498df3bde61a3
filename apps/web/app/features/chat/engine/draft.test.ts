import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOfDraft, draftOfBody, lengthOf, mentionAtCaret, withPick } from './draft.ts';

describe('a draft', () => {
  it('sends chosen names as people, the longer name first', () => {
    const picks = [
      { id: 'user_1', name: 'Ann' },
      { id: 'user_2', name: 'Anna' },
    ];
    assert.equal(bodyOfDraft({ text: ' @Anna and @Ann and @Bob ', picks }), '<@user_2> and <@user_1> and @Bob');
  });

  it('goes back and forth to be mended', () => {
    const body = 'hi <@user_1>, <@guest_2>';
    const draft = draftOfBody(body, (id) => (id === 'user_1' ? '이서연' : undefined));
    assert.equal(draft.text, 'hi @이서연, <@guest_2>');
    assert.equal(bodyOfDraft(draft), body);
  });

  it('knows the name being typed before the caret', () => {
    assert.deepEqual(mentionAtCaret('hi @이서', 6), { start: 3, query: '이서' });
    assert.deepEqual(mentionAtCaret('@', 1), { start: 0, query: '' });
    assert.equal(mentionAtCaret('mail@example', 12), undefined);
    assert.equal(mentionAtCaret('@done and', 9), undefined);
  });

  it('puts a chosen person where the name was typed', () => {
    const { draft, caret } = withPick({ text: 'hi @se there', picks: [] }, { start: 3, query: 'se' }, { id: 'user_1', name: '이서연' });
    assert.deepEqual([draft.text, caret], ['hi @이서연 there', 8]);
  });

  it('counts as the server does', () => {
    assert.equal(lengthOf('가a👍'), 3);
  });
});
