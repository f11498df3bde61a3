import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changesOf, type Draft, differing, rebase } from './settings-draft.ts';

const text = (word: string) => ({ ko: word, en: word, ja: word, es: word });
const base: Draft = { names: text('Talk'), taglines: text('chat'), hue: 160, features: ['rooms', 'video'] };

describe('a draft of a zone’s settings', () => {
  it('sends only what was changed', () => {
    assert.deepEqual(changesOf(base, { ...base, features: ['video', 'rooms'] }), {});
    assert.deepEqual(changesOf(base, { ...base, hue: 200, names: { ...base.names, en: 'Talks' } }), {
      names: { ...base.names, en: 'Talks' },
      hue: 200,
    });
  });
  it('keeps another’s change of other parts, and mine of the same part', () => {
    const mine = { ...base, hue: 200 };
    const theirs = { ...base, hue: 10, taglines: text('rooms') };
    assert.deepEqual(rebase(base, mine, theirs), { ...theirs, hue: 200 });
    assert.deepEqual(differing(base, theirs), ['taglines', 'hue']);
  });
});
