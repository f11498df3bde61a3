import { pageContext } from '../api/load.ts';
import type { Route } from './+types/web-app-manifest';

/** Each zone installs under its own name. */
export function loader({ context }: Route.LoaderArgs) {
  const { zone, locale } = pageContext(context);
  const manifest = {
    id: '/',
    name: zone.portal ? zone.names[locale] : `${zone.names[locale]} · Madang`,
    short_name: zone.names[locale],
    description: zone.taglines[locale],
    lang: locale,
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#fafaf9',
    theme_color: '#ffffff',
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  };
  return new Response(JSON.stringify(manifest), {
    headers: {
      'Content-Type': 'application/manifest+json; charset=utf-8',
      'Cache-Control': 'public, max-age=300',
      Vary: 'Cookie, Accept-Language',
    },
  });
}
