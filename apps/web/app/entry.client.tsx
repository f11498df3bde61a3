import { StrictMode, startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { HydratedRouter } from 'react-router/dom';
import { loadLocale } from './i18n/instances.ts';
import { isLocale } from './i18n/locales.ts';

const { lang } = document.documentElement;

/** The server's words are on the page already; the same ones must be here before React takes over. */
void loadLocale(isLocale(lang) ? lang : 'ko').then(() => {
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <HydratedRouter />
      </StrictMode>,
    );
  });
});
