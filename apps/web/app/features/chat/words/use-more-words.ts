import type { Locale } from '@madang/kernel';
import { use } from 'react';
import { atOnce } from '../../../i18n/at-once.ts';
import type { Key, Translate, Values } from '../../../i18n/catalogues.ts';
import { createTranslator, type Tree } from '../../../i18n/translator.ts';
import { TranslatorContext } from '../../../i18n/use-translation.ts';

const catalogues: Record<Locale, () => Promise<{ default: Tree }>> = {
  ko: () => import('./ko.json'),
  en: () => import('./en.json'),
  ja: () => import('./ja.json'),
  es: () => import('./es.json'),
};

/** Between tries while the network is away. */
const AGAIN_MS = 3_000;

const loading = new Map<Locale, Promise<Translate<'chatMore'>>>();

/** Ahead of what will say them: whoever draws after this has settled does not suspend. Does not fail: it waits for the network. */
export function loadMoreWords(locale: Locale): Promise<Translate<'chatMore'>> {
  let words = loading.get(locale);
  if (words === undefined) {
    words = atOnce(read(locale));
    loading.set(locale, words);
  }
  return words;
}

async function read(locale: Locale): Promise<Translate<'chatMore'>> {
  for (;;) {
    const found = await catalogues[locale]().catch(() => undefined);
    if (found !== undefined) return createTranslator(locale, { chatMore: found.default }).in('chatMore');
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

export type MoreWords = (key: Key<'chat'> | Key<'chatMore'>, values?: Values) => string;

/**
 * Words of panels, menus and dialogs, which come when one of those is first opened: a first visit does not load them. Suspends
 * until they are here, so only for what stands under a `Suspense`. Also knows the room's own words.
 */
export function useMoreWords(): { t: MoreWords } {
  const common = use(TranslatorContext);
  if (common === undefined) throw new Error('outside of the root');
  const more = use(loadMoreWords(common.locale));
  const chat = common.in('chat');
  return {
    t: (key, values) => {
      const said = key.includes(':') ? key : more(key as Key<'chatMore'>, values);
      return said === key ? chat(key as Key<'chat'>, values) : said;
    },
  };
}
