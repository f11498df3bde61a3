import type { Locale } from '@madang/kernel';
import { use, useMemo } from 'react';
import { createTranslator, type Translator, type Tree } from '../../i18n/translator.ts';
import { TranslatorContext } from '../../i18n/use-translation.ts';

const catalogues: Record<Locale, () => Promise<{ default: Tree }>> = {
  ko: () => import('./words/ko.json'),
  en: () => import('./words/en.json'),
  ja: () => import('./words/ja.json'),
  es: () => import('./words/es.json'),
};

/** In the layout's loader, on the server: these pages say much that no visitor should have to load. */
export async function readWords(locale: Locale): Promise<Tree> {
  return (await catalogues[locale]()).default;
}

/** The page's translator with the words of the administration beside its own. */
export function useWithWords(words: Tree): Translator {
  const common = use(TranslatorContext);
  return useMemo(() => {
    if (common === undefined) throw new Error('the administration stands outside of the root');
    const own = createTranslator(common.locale, { administration: words }).in('administration');
    const translator: Translator = {
      locale: common.locale,
      in: (name) =>
        name === 'administration'
          ? (((key: string, values) =>
              key.includes(':') ? common.in('ui')(key as 'close', values) : own(key as 'save', values)) as ReturnType<Translator['in']>)
          : common.in(name),
    } as Translator;
    return translator;
  }, [common, words]);
}
