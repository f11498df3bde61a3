import type { Locale } from '@madang/kernel';
import type { Namespace, Translate, Values } from './catalogues.ts';

export type Tree = { readonly [key: string]: string | Tree };

export interface Translator {
  readonly locale: Locale;
  in<Name extends Namespace>(namespace: Name): Translate<Name>;
}

/**
 * Looks words up. Catalogues are JSON trees as i18next's format v4 has them (`{{value}}`, plural forms as `key_one`, `key_other` by
 * CLDR category), so translators' tools read them; the library itself would be 19 kB gzip of every first visit, this is one.
 */
export function createTranslator(locale: Locale, catalogues: Readonly<Record<string, Tree>>): Translator {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);

  function find(namespace: string, path: string): string | undefined {
    let at: string | Tree | undefined = catalogues[namespace];
    for (const step of path.split('.')) at = typeof at === 'object' ? at[step] : undefined;
    return typeof at === 'string' ? at : undefined;
  }
  function translate(namespace: string, key: string, values?: Values): string {
    const colon = key.indexOf(':');
    const owner = colon > 0 ? key.slice(0, colon) : namespace;
    const path = key.slice(colon + 1);
    const count = values?.count;
    const words = (typeof count === 'number' ? find(owner, `${path}_${plurals.select(count)}`) : undefined) ?? find(owner, path);
    // Types and `check-catalogues.ts` keep this from happening; a page with a key on it beats no page.
    if (words === undefined) return key;
    if (values === undefined) return words;
    return words.replaceAll(/\{\{(\w+)\}\}/g, (hole, name: string) => {
      const value = values[name];
      return value === undefined ? hole : typeof value === 'number' ? numbers.format(value) : value;
    });
  }

  const bound = new Map<string, Translate<Namespace>>();
  return {
    locale,
    in<Name extends Namespace>(namespace: Name): Translate<Name> {
      let words = bound.get(namespace);
      if (words === undefined) {
        words = (key, values) => translate(namespace, key, values);
        bound.set(namespace, words);
      }
      return words as Translate<Name>;
    },
  };
}
