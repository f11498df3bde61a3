import type { Locale } from '@madang/kernel';
import { use, useMemo } from 'react';
import type { Translate } from '../../../i18n/catalogues.ts';
import { createTranslator, type Translator, type Tree } from '../../../i18n/translator.ts';
import { TranslatorContext } from '../../../i18n/use-translation.ts';

const catalogues: Record<Locale, () => Promise<{ default: Tree }>> = {
  ko: () => import('./ko.json'),
  en: () => import('./en.json'),
  ja: () => import('./ja.json'),
  es: () => import('./es.json'),
};

/** In the layout's loader, on the server: the studio says much that no viewer should have to load. */
export async function readWords(locale: Locale): Promise<Tree> {
  return (await catalogues[locale]()).default;
}

/** The page's translator with the studio's words (`studioPages`) beside its own. */
export function useWithWords(words: Tree): Translator {
  const common = use(TranslatorContext);
  return useMemo(() => {
    if (common === undefined) throw new Error('the studio stands outside of the root');
    const own = createTranslator(common.locale, { studioPages: words }).in('studioPages');
    const studio = common.in('studio');
    const said = ((key, values) => (key.includes(':') ? studio(key as 'nav', values) : own(key, values))) as Translate<'studioPages'>;
    return { locale: common.locale, in: (name) => (name === 'studioPages' ? said : common.in(name)) } as Translator;
  }, [common, words]);
}
