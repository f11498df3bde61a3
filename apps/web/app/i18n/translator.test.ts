import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Translate } from './catalogues.ts';
import { createTranslator } from './translator.ts';

const words = (locale: 'ko' | 'en' | 'es', chat: object) =>
  createTranslator(locale, { chat, ui: { close: 'x' } } as never).in('chat' as never) as Translate as (
    key: string,
    values?: Record<string, string | number>,
  ) => string;

describe('translator', () => {
  it('finds words by path, in its own folder or the one named', () => {
    const t = words('ko', { room: { title: '방' } });
    assert.equal(t('room.title'), '방');
    assert.equal(t('ui:close'), 'x');
  });
  it('fills holes, numbers as the language writes them, and leaves what it was not given', () => {
    const t = words('en', { said: '{{name}} of {{total}}, {{else}}' });
    assert.equal(t('said', { name: '$&<b>', total: 12345 }), '$&<b> of 12,345, {{else}}');
  });
  it('chooses the plural form of the language', () => {
    const en = words('en', { people_one: '{{count}} person', people_other: '{{count}} people' });
    assert.deepEqual(
      [en('people', { count: 1 }), en('people', { count: 0 }), en('people', { count: 1602 })],
      ['1 person', '0 people', '1,602 people'],
    );
    const ko = words('ko', { people_other: '{{count}}명' });
    assert.equal(ko('people', { count: 1 }), '1명');
    const es = words('es', { people_one: 'una', people_many: '{{count}} de personas', people_other: '{{count}} personas' });
    assert.deepEqual(
      [es('people', { count: 1 }), es('people', { count: 2 }), es('people', { count: 1_000_000 })],
      ['una', '2 personas', '1.000.000 de personas'],
    );
  });
  it('shows the key rather than nothing, also for names every object has', () => {
    const t = words('en', { room: { title: 'Room' } });
    for (const key of ['room', 'room.none', 'none.at.all', 'room.title.more']) assert.equal(t(key), key);
  });
});
