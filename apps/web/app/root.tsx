import { type ReactNode, use, useEffect, useLayoutEffect } from 'react';
import { isRouteErrorResponse, Links, Meta, Outlet, Scripts, ScrollRestoration } from 'react-router';
import type { Route } from './+types/root';
import { session } from './api/browser.ts';
import { forgetAnswers } from './api/forget.ts';
import { pageContext } from './api/load.ts';
import { loadLocale } from './i18n/instances.ts';
import { TranslatorContext } from './i18n/use-translation.ts';
import { ErrorPage } from './shell/error-page.tsx';
import { NonceContext } from './shell/nonce.ts';
import { type Page, useMaybePage, useReload } from './shell/page.ts';
import { Shell } from './shell/shell.tsx';
import './ui/styles/app.css';
import fonts from 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css?url';

export const links: Route.LinksFunction = () => [
  { rel: 'stylesheet', href: fonts },
  { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' },
  { rel: 'apple-touch-icon', href: '/icon-192.png' },
  { rel: 'manifest', href: '/manifest.webmanifest', crossOrigin: 'use-credentials' },
];

export function loader({ context, request }: Route.LoaderArgs): Page {
  const { zone, origin, locale, theme, person, demo } = pageContext(context);
  return { zone, origin, locale, theme, person, demo, requestId: request.headers.get('x-request-id') };
}

/** The document. Also drawn when the root failed (an unknown host): then in Korean, on the courtyard's own colour. */
export function Layout({ children }: { children: ReactNode }) {
  const page = useMaybePage();
  const nonce = use(NonceContext);
  const theme = page?.theme ?? 'system';
  return (
    <html
      lang={page?.locale ?? 'ko'}
      data-theme={theme === 'system' ? undefined : theme}
      className="zone"
      style={page && { '--zone-hue': page.zone.hue }}
      suppressHydrationWarning
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        {theme !== 'dark' && (
          <meta name="theme-color" content="#ffffff" media={theme === 'system' ? '(prefers-color-scheme: light)' : undefined} />
        )}
        {theme !== 'light' && (
          <meta name="theme-color" content="#17191d" media={theme === 'system' ? '(prefers-color-scheme: dark)' : undefined} />
        )}
        <Meta />
        <Links nonce={nonce} />
      </head>
      <body>
        <Words>{children}</Words>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

function Words({ children }: { children: ReactNode }) {
  const locale = useMaybePage()?.locale ?? 'ko';
  // Not here only when the language was changed in another tab: the page waits for the words, showing the old ones.
  const words = use(loadLocale(locale));
  return <TranslatorContext value={words}>{children}</TranslatorContext>;
}

export default function Root() {
  return (
    <>
      <Shell>
        <Outlet />
      </Shell>
      <FollowPerson />
      <ServiceWorker />
    </>
  );
}

/** When someone signs in or out, here or in another tab, nothing of the one before stays on the page. */
function FollowPerson() {
  const reload = useReload();
  const page = useMaybePage();
  const shown = page?.person?.id;
  // Before anything on the page asks who it is.
  useLayoutEffect(() => {
    if (page?.person === null) session().knowNobody();
  }, [page?.person]);
  useEffect(
    () =>
      session().onPersonChange((personId) => {
        if (personId === shown) return;
        void reload().then(forgetAnswers);
      }),
    [shown, reload],
  );
  return null;
}

function ServiceWorker() {
  useEffect(() => {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    // Without it pages work all the same.
    void navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined);
  }, []);
  return null;
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const page = useMaybePage();
  const title = isRouteErrorResponse(error) ? String(error.status) : 'Madang';
  return (
    <>
      <title>{`${title} · Madang`}</title>
      <meta name="robots" content="noindex" />
      {page === undefined ? (
        <main>
          <ErrorPage error={error} />
        </main>
      ) : (
        <Shell>
          <ErrorPage error={error} />
        </Shell>
      )}
    </>
  );
}
