import type { Locale } from '@madang/kernel';
import { forgetAnswers } from '../api/forget.ts';
import { loadLocale } from '../i18n/instances.ts';
import { type Theme, useReload } from './page.ts';
import { keepLocale, keepTheme } from './preferences.ts';

export function usePreferences() {
  const reload = useReload();
  return {
    setTheme: (theme: Theme) => {
      keepTheme(theme);
      void reload();
    },
    /** Words first, then the page: what the server writes in the new language is asked for again. */
    setLocale: async (locale: Locale) => {
      await loadLocale(locale);
      keepLocale(locale);
      await reload();
      forgetAnswers();
    },
  };
}
