import { type ErrorInfo, StrictMode, startTransition } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { HydratedRouter } from 'react-router/dom';
import { loadLocale } from './i18n/instances.ts';
import { isLocale } from './i18n/locales.ts';

const { lang } = document.documentElement;

/** React drew the page again and went on, so nobody sees it: what was thrown is said beside the event, or the next such one explains nothing. */
function sayRecovered(error: unknown, { componentStack }: ErrorInfo): void {
  const { cause } = error as Error;
  if (cause !== undefined) console.error('drawn again after', cause, componentStack);
  reportError(error);
}

/** The server's words are on the page already; the same ones must be here before React takes over. */
void loadLocale(isLocale(lang) ? lang : 'ko').then(() => {
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <HydratedRouter />
      </StrictMode>,
      { onRecoverableError: sayRecovered },
    );
  });
});
