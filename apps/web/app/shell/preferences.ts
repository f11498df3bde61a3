import type { Locale } from '@madang/kernel';
import type { Theme } from './page.ts';

/** Cookies that the server reads to render the next page; a year, this host only. */
const LOCALE_COOKIE = 'madang_locale';
const THEME_COOKIE = 'theme';

function keep(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser this serves
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

export function keepLocale(locale: Locale): void {
  keep(LOCALE_COOKIE, locale);
}

/** At once on this page, and in the cookie for the next. */
export function keepTheme(theme: Theme): void {
  keep(THEME_COOKIE, theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
