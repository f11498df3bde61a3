import { createHash } from 'node:crypto';
import { LOCALES, type Locale, type LocalizedText } from '@madang/kernel';

const STYLE =
  ':root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-content:center;gap:.75rem;padding:2rem;' +
  'font:1.0625rem/1.6 system-ui,sans-serif;text-align:center}h1{margin:0;font-size:3rem;font-weight:700}p{margin:0}' +
  '.others{opacity:.65;font-size:.9375rem}code{opacity:.65}';

/** Nothing but this page's own style may load. */
export const PLAIN_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * A page that needs no bundle, for when there is nothing to render one with: the message in the reader's language first,
 * in the others below. `reference` is what a person can quote to whoever helps them.
 */
export function plainPage(status: number, message: LocalizedText, locale: Locale, reference: string): string {
  const others = LOCALES.filter((other) => other !== locale).map(
    (other) => `<p class="others" lang="${other}">${escapeHtml(message[other])}</p>`,
  );
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<meta name="robots" content="noindex"><title>${status} · Madang</title><style>${STYLE}</style></head>` +
    `<body><main><h1>${status}</h1><p>${escapeHtml(message[locale])}</p>${others.join('')}<p><code>${escapeHtml(reference)}</code></p></main></body></html>`
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
