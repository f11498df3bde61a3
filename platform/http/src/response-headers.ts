/** Names and values in turn, as `ServerResponse.writeHead` takes them fastest. */
export type FlatHeaders = string[];

const COMMON = [
  'X-Content-Type-Options',
  'nosniff',
  'Referrer-Policy',
  'strict-origin-when-cross-origin',
  'Permissions-Policy',
  'camera=(self), microphone=(self), geolocation=(), payment=(self), usb=()',
  'Cross-Origin-Opener-Policy',
  'same-origin',
] as const;
const HSTS = ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'] as const;

const OPEN: readonly string[] = [...COMMON];
const SECURE: readonly string[] = [...COMMON, ...HSTS];

/** Headers that are the edge's alone, in lower case: what a handler says of them is left out, as twice would be refused by some. */
export const EDGE_HEADERS: ReadonlySet<string> = new Set(
  [...COMMON, ...HSTS].filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
);

export const API_CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Of the common headers those that mean something for bytes that are no page: what a raw route's answer begins with. */
export function transferHeaders(secure: boolean): FlatHeaders {
  return secure ? [COMMON[0], COMMON[1], ...HSTS] : [COMMON[0], COMMON[1]];
}

/** The headers every answer carries, in a fresh list to append to. */
export function securityHeaders(secure: boolean): FlatHeaders {
  return (secure ? SECURE : OPEN).slice();
}

/**
 * A page's policy with the framing rule the edge insists on: nobody may frame a page but `/embed/*`, whatever the page says.
 */
export function pageContentSecurityPolicy(policy: string | undefined, path: string): string | undefined {
  const directives = (policy ?? '')
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => directive !== '');
  if (path.startsWith('/embed/')) return directives.length === 0 ? undefined : directives.join('; ');
  return [...directives.filter((directive) => !directive.startsWith('frame-ancestors')), "frame-ancestors 'none'"].join('; ');
}

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range, X-Request-Id, ' +
  'Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Checksum, Upload-Defer-Length, Upload-Concat';
const EXPOSED =
  'X-Next-Cursor, Retry-After, ETag, Location, Link, X-Request-Id, X-Cache-Status, ' +
  'Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata';

/** `origin` already checked against the zone's list; undefined adds only `Vary`, so that a cache never mixes the two. */
export function addCors(headers: FlatHeaders, origin: string | undefined): void {
  headers.push('Vary', 'Origin');
  if (origin === undefined) return;
  headers.push('Access-Control-Allow-Origin', origin, 'Access-Control-Allow-Credentials', 'true', 'Access-Control-Expose-Headers', EXPOSED);
}

/** Answers to a preflight (Fetch §3.2.2); browsers keep them for two hours at most. */
export function addPreflight(headers: FlatHeaders): void {
  headers.push('Access-Control-Allow-Methods', METHODS, 'Access-Control-Allow-Headers', REQUEST_HEADERS, 'Access-Control-Max-Age', '7200');
}

export const ALL_METHODS = METHODS;
