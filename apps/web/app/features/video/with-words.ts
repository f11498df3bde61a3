import type { Locale } from '@madang/kernel';
import { use, useMemo } from 'react';
import type { Key } from '../../i18n/catalogues.ts';
import { createTranslator, type Translator, type Tree } from '../../i18n/translator.ts';
import { TranslatorContext } from '../../i18n/use-translation.ts';

const catalogues: Record<Locale, () => Promise<{ default: Tree }>> = {
  ko: () => import('./words/ko.json'),
  en: () => import('./words/en.json'),
  ja: () => import('./words/ja.json'),
  es: () => import('./words/es.json'),
};

/** In the layout's loader, on the server: these pages say much that no one in a room should have to load. */
export async function readWords(locale: Locale): Promise<Tree> {
  return (await catalogues[locale]()).default;
}

/** The page's translator with the words of watching beside its own. */
export function useWithWords(words: Tree): Translator {
  const common = use(TranslatorContext);
  return useMemo(() => {
    if (common === undefined) throw new Error('videos stand outside of the root');
    const own = createTranslator(common.locale, { watch: words }).in('watch');
    const watch = (key: Key<'watch'>, values?: Parameters<typeof own>[1]) =>
      key.includes(':') ? common.in('ui')(key as Key<'ui'>, values) : own(key, values);
    return {
      locale: common.locale,
      in: (name) => (name === 'watch' ? (watch as ReturnType<Translator['in']>) : common.in(name)),
    } as Translator;
  }, [common, words]);
}
