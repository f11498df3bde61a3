import type { Locale } from '@madang/kernel';
import { use } from 'react';
import type { Key, Translate, Values } from '../../../i18n/catalogues.ts';
import { createTranslator, type Tree } from '../../../i18n/translator.ts';
import { TranslatorContext } from '../../../i18n/use-translation.ts';

const catalogues: Record<Locale, () => Promise<{ default: Tree }>> = {
  ko: () => import('./ko.json'),
  en: () => import('./en.json'),
  ja: () => import('./ja.json'),
  es: () => import('./es.json'),
};

const loading = new Map<Locale, Promise<Translate<'chatMore'>>>();
const ready = new Map<Locale, Translate<'chatMore'>>();

/** Ahead of what will say them: whoever draws after this has settled does not suspend. */
export function loadMoreWords(locale: Locale): Promise<Translate<'chatMore'>> {
  let words = loading.get(locale);
  if (words === undefined) {
    words = catalogues[locale]().then(({ default: chatMore }) => {
      const translate = createTranslator(locale, { chatMore }).in('chatMore');
      ready.set(locale, translate);
      return translate;
    });
    loading.set(locale, words);
    words.catch(() => loading.delete(locale));
  }
  return words;
}

export type MoreWords = (key: Key<'chat'> | Key<'chatMore'>, values?: Values) => string;

/**
 * Words of panels, menus and dialogs, which come when one of those is first opened: a first visit does not load them. Suspends
 * until they are here, so only for what stands under a `Suspense`. Also knows the room's own words.
 */
export function useMoreWords(): { t: MoreWords } {
  const common = use(TranslatorContext);
  if (common === undefined) throw new Error('outside of the root');
  const more = ready.get(common.locale) ?? use(loadMoreWords(common.locale));
  const chat = common.in('chat');
  return {
    t: (key, values) => {
      const said = key.includes(':') ? key : more(key as Key<'chatMore'>, values);
      return said === key ? chat(key as Key<'chat'>, values) : said;
    },
  };
}
