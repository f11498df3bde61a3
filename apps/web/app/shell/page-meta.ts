import type { MetaDescriptor } from 'react-router';
import type { Translate } from '../i18n/catalogues.ts';
import { readyTranslator } from '../i18n/instances.ts';
import type { Page } from './page.ts';

interface PageMeta {
  /** Of the page alone; the zone's name is put behind it. Left out on a zone's home. */
  title?: string;
  description?: string;
  /** Absolute path of a picture on this host, at least 1200 × 630 for a large card. */
  image?: string;
  /** Canonical path without query. */
  path: string;
  /** Personal pages and forms stay out of search engines. */
  index?: boolean;
}

/** The root's data inside a route's `meta`; undefined when the root itself failed. */
export function pageOf(matches: readonly ({ id: string; loaderData?: unknown } | undefined)[]): Page | undefined {
  return matches.find((match) => match?.id === 'root')?.loaderData as Page | undefined;
}

/** Words for `meta`, which runs outside of components. */
export function metaWords(page: Page): Translate | undefined {
  return readyTranslator(page.locale)?.in('ui');
}

/** Title, description, canonical address and Open Graph of a page. */
export function pageMeta(page: Page, { title, description, image, path, index = true }: PageMeta): MetaDescriptor[] {
  const zone = page.zone.names[page.locale];
  const about = description ?? page.zone.taglines[page.locale];
  const full = title === undefined ? `${zone} · ${page.zone.taglines[page.locale]}` : `${title} · ${zone}`;
  const url = `${page.origin}${path}`;
  return [
    { title: full },
    { name: 'description', content: about },
    { tagName: 'link', rel: 'canonical', href: url },
    { property: 'og:type', content: 'website' },
    { property: 'og:site_name', content: zone },
    { property: 'og:title', content: title ?? full },
    { property: 'og:description', content: about },
    { property: 'og:url', content: url },
    { property: 'og:locale', content: page.locale },
    { property: 'og:image', content: `${page.origin}${image ?? '/icon-512.png'}` },
    { name: 'twitter:card', content: image === undefined ? 'summary' : 'summary_large_image' },
    ...(index ? [] : [{ name: 'robots', content: 'noindex' }]),
  ];
}
