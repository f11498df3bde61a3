import type { Locale } from '@madang/kernel';
import i18next, { type i18n, type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';

const catalogues: Record<Locale, () => Promise<{ default: ResourceLanguage }>> = {
  ko: () => import('./locale-ko.ts'),
  en: () => import('./locale-en.ts'),
  ja: () => import('./locale-ja.ts'),
  es: () => import('./locale-es.ts'),
};

/** One ready instance per locale. Its language never changes, so requests and renders may share it. */
const ready = new Map<Locale, i18n>();

/** Loads a locale's catalogue: all four before the server renders, only the page's own before the browser hydrates. */
export async function loadLocale(locale: Locale): Promise<i18n> {
  const known = ready.get(locale);
  if (known !== undefined) return known;
  const { default: resources } = await catalogues[locale]();
  const instance = i18next.createInstance();
  await instance.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    defaultNS: 'ui',
    ns: Object.keys(resources),
    resources: { [locale]: resources },
    initAsync: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  ready.set(locale, instance);
  return instance;
}

/** Throws when `loadLocale` has not finished. */
export function i18nFor(locale: Locale): i18n {
  const instance = ready.get(locale);
  if (instance === undefined) throw new Error(`the ${locale} catalogue is not loaded`);
  return instance;
}

export function isLocaleReady(locale: Locale): boolean {
  return ready.has(locale);
}
