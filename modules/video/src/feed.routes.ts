import { fail, type RouteDefinition, requestErrors } from '@madang/kernel';
import { videoEndpoints } from './contract.ts';
import type { Document, Feeds } from './feeds.ts';
import { anyoneMayRead, videoRoute } from './video-policies.ts';

const CACHING = 'public, max-age=300';

function headersOf(document: Document, contentType: string): Record<string, string> {
  return { ETag: document.etag, 'Cache-Control': CACHING, 'Content-Type': contentType };
}

/** `If-None-Match` compares weakly (RFC 9110 §13.1.2). */
function isKnown(header: string | string[] | undefined, etag: string): boolean {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text.trim() === '*' || text.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
}

export function feedRoutes(use: { feeds: Feeds }): RouteDefinition[] {
  return [
    videoRoute(videoEndpoints, 'GET /api/v1/channels/:channelId/feed.xml', {
      policy: anyoneMayRead,
      handler: async ({ zone, origin, params, headers }) => {
        const feed = await use.feeds.rss(zone, origin, params.channelId);
        const known = headersOf(feed, 'application/rss+xml; charset=utf-8');
        if (isKnown(headers['if-none-match'], feed.etag)) return { status: 304 as const, body: null, headers: known };
        return { status: 200 as const, body: Buffer.from(feed.text), headers: known };
      },
    }),
    videoRoute(videoEndpoints, 'GET /sitemap.xml', {
      policy: anyoneMayRead,
      handler: async ({ zone, origin }) => {
        const map = await use.feeds.sitemap(zone, origin);
        return { status: 200 as const, body: Buffer.from(map.text), headers: headersOf(map, 'application/xml; charset=utf-8') };
      },
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/oembed', {
      policy: anyoneMayRead,
      handler: async ({ zone, origin, query }) => {
        if (query.format !== undefined && query.format !== 'json') {
          fail(requestErrors.invalid, { fields: [{ path: 'query.format', code: 'invalid', message: 'only json is spoken here' }] });
        }
        return { status: 200 as const, body: await use.feeds.oembed(zone, origin, query), headers: { 'Cache-Control': CACHING } };
      },
    }),
  ];
}
