import type { Locale } from '@madang/kernel';
import { atOnce } from './at-once.ts';
import { createTranslator, type Translator, type Tree } from './translator.ts';

const catalogues: Record<Locale, () => Promise<{ default: Record<string, Tree> }>> = {
  ko: () => import('./locale-ko.ts'),
  en: () => import('./locale-en.ts'),
  ja: () => import('./locale-ja.ts'),
  es: () => import('./locale-es.ts'),
};

/** One translator per locale, without state: requests and renders share it. */
const ready = new Map<Locale, Translator>();
const loading = new Map<Locale, Promise<Translator>>();

/**
 * Loads a locale's catalogue: all four before the server renders, only the page's own before the browser hydrates. The same
 * promise every time, for `use`; a new one after it failed.
 */
export function loadLocale(locale: Locale): Promise<Translator> {
  let translator = loading.get(locale);
  if (translator === undefined) {
    translator = atOnce(read(locale));
    loading.set(locale, translator);
    translator.catch(() => loading.delete(locale));
  }
  return translator;
}

async function read(locale: Locale): Promise<Translator> {
  const { default: words } = await catalogues[locale]();
  const translator = createTranslator(locale, words);
  ready.set(locale, translator);
  return translator;
}

/** Undefined until `loadLocale` has finished. */
export function readyTranslator(locale: Locale): Translator | undefined {
  return ready.get(locale);
}
