import type { Locale } from '@madang/kernel';

/** Each language in its own words. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { ko: '한국어', en: 'English', ja: '日本語', es: 'Español' };
export const LOCALES = Object.keys(LOCALE_NAMES) as Locale[];

export function isLocale(value: string): value is Locale {
  return Object.hasOwn(LOCALE_NAMES, value);
}
