import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cachedAnswer, type PageAnswer, PageCache, type PageContext, type PageHandler, type RenderedPage } from '@madang/http';
import type { Clock, Logger, Principal, Zone } from '@madang/kernel';
import { type AppContext, appContext, type PagePerson } from '@madang/kernel/web';
import { createRequestHandler, RouterContextProvider, type ServerBuild } from 'react-router';
import { PROJECT_ROOT } from './migration-folders.ts';

export const WEB_BUILD = path.join(PROJECT_ROOT, 'apps/web/build');
const THEME_COOKIE = 'theme';

export interface PagesDeps {
  readonly sessionCookieName: (secure: boolean) => string;
  /** What the page shows of the person; undefined for no one. */
  readonly personOf: (context: PageContext, principal: Principal) => Promise<PagePerson>;
  readonly demo: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Pages {
  readonly handler: PageHandler;
  /** Public renders of a zone are made anew. */
  drop(zoneId: string): void;
}

/** Whether the pages were built: without them the API serves alone. */
export const pagesAreBuilt = (): boolean => existsSync(path.join(WEB_BUILD, 'server/index.js'));

/**
 * Pages of `apps/web`, rendered on the server. Visitors nobody knows share cached renders whose inline scripts are allowed by
 * hash; a person's own page is made for them, with a nonce, and kept by no cache.
 */
export async function createPages(deps: PagesDeps): Promise<Pages> {
  const build = (await import(pathToFileURL(path.join(WEB_BUILD, 'server/index.js')).href)) as ServerBuild;
  const handle = createRequestHandler(build, 'production');
  const cache = new PageCache({
    clock: deps.clock,
    onError: (error) => deps.logger.warn({ err: error }, 'a page could not be made anew; the one before is shown'),
  });

  async function render(context: PageContext, person: PagePerson | null, nonce: string): Promise<Response> {
    const provider = new RouterContextProvider();
    const app: AppContext = {
      zone: pageZone(context.zone.zone),
      origin: context.origin,
      locale: context.locale,
      theme: themeOf(context),
      person,
      nonce,
      demo: deps.demo,
      api: (key, input) => context.call(key, input),
    };
    provider.set(appContext as Parameters<typeof provider.set>[0], app);
    // A shared render outlives the visitor who asked first: others wait for it.
    return await handle(context.webRequest({ shared: person === null && nonce === '' }), provider);
  }

  async function renderPublic(context: PageContext): Promise<RenderedPage> {
    const response = await render(context, null, '');
    const body = Buffer.from(await response.arrayBuffer());
    const headers: Record<string, string> = {
      ...Object.fromEntries(response.headers),
      vary: 'Accept-Language, Cookie',
    };
    if (response.status === 200) {
      headers['cache-control'] = 'public, max-age=0, s-maxage=60, stale-while-revalidate=300';
      const allowed = inlineScriptHashes(body.toString('utf8'));
      headers['content-security-policy'] = contentSecurityPolicy(context, allowed);
    } else headers['content-security-policy'] = contentSecurityPolicy(context, inlineScriptHashes(body.toString('utf8')));
    return { status: response.status, headers, body, tags: [] };
  }

  async function answer(context: PageContext): Promise<PageAnswer | Response> {
    const { principal } = context;
    const known = principal !== undefined || deps.sessionCookieName(context.secure) in context.cookies;
    if (!known && context.method === 'GET') {
      const key = [context.origin, context.url, context.locale, themeOf(context)].join('\n');
      const { page, status } = await cache.get(context.zone.zone.id, key, () => renderPublic(context));
      return cachedAnswer(page, status);
    }
    const nonce = randomBytes(16).toString('base64url');
    const response = await render(context, principal === undefined ? null : await deps.personOf(context, principal), nonce);
    response.headers.set('cache-control', 'private, no-store');
    response.headers.set('content-security-policy', contentSecurityPolicy(context, [`'nonce-${nonce}'`]));
    response.headers.set('x-cache-status', 'BYPASS');
    return response;
  }

  return { handler: answer, drop: (zoneId) => cache.drop(zoneId) };
}

function pageZone({ id, names, taglines, hue, features, portal }: Zone): AppContext['zone'] {
  return { id, names, taglines, hue, features, portal };
}

function themeOf(context: PageContext): AppContext['theme'] {
  const value = context.cookies[THEME_COOKIE];
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** `'sha256-…'` of every script written into the page (CSP Level 3, §2.3.1). */
function inlineScriptHashes(html: string): string[] {
  const hashes = new Set<string>();
  for (const [, attributes = '', text = ''] of html.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
    if (text !== '' && !/\ssrc=/.test(attributes)) hashes.add(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  return [...hashes];
}

/** Sockets are of the page's own host; pictures of messages may be local objects while they are sent. */
function contentSecurityPolicy(context: PageContext, scripts: readonly string[]): string {
  const socket = context.origin.replace(/^http/, 'ws');
  return [
    "default-src 'self'",
    `script-src 'self' ${scripts.join(' ')}`,
    "style-src 'self' 'unsafe-inline'", // style attributes carry hues and sizes; they run nothing
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    context.path.startsWith('/embed/') ? 'frame-ancestors *' : "frame-ancestors 'none'",
  ].join('; ');
}
