import { createHash } from 'node:crypto';
import type { RouteDefinition } from '@madang/kernel';
import { acceptedEncoding, compress } from './compression.ts';
import type { Exchange } from './exchange.ts';
import { openApiDocument } from './openapi.ts';
import type { Answer } from './send.ts';
import { matches } from './static-files.ts';

const PAGE =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
  '<title>Madang API</title></head><body><script id="api-reference" data-url="/openapi.json" ' +
  `data-configuration='{"withDefaultFonts":false,"telemetry":false,"showDeveloperTools":"never","agent":{"disabled":true},"mcp":{"disabled":true}}'></script>` +
  '<script src="/docs/scalar.js"></script></body></html>';

/** The reader makes its own style elements; scripts come from here only, and it calls this host's API only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
  "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'";

export interface ApiDocs {
  /** `/openapi.json` */
  document(exchange: Exchange): Promise<Answer>;
  /** `/docs` */
  page(): Answer;
  /** `/docs/scalar.js` */
  script(exchange: Exchange): Promise<Answer>;
}

/** The API described for programs and people. Made when first asked for, then kept; nothing is fetched from elsewhere. */
export function createApiDocs(routes: readonly RouteDefinition[], version: string): ApiDocs {
  let document: Promise<Packed> | undefined;
  let script: Promise<Packed> | undefined;
  return {
    document(exchange) {
      document ??= pack(JSON.stringify(openApiDocument(routes, version)));
      return answer(document, exchange, 'application/json; charset=utf-8');
    },
    page: () => ({ status: 200, headers: { 'Content-Security-Policy': POLICY, 'Cache-Control': 'public, max-age=300' }, body: PAGE }),
    script(exchange) {
      script ??= loadScalar().then(pack);
      script.catch(() => {
        script = undefined;
      });
      return answer(script, exchange, 'text/javascript; charset=utf-8');
    },
  };
}

interface Packed {
  readonly etag: string;
  readonly br: Buffer;
  readonly gzip: Buffer;
  readonly identity: () => Buffer;
}

async function pack(text: string): Promise<Packed> {
  const [br, gzip] = await Promise.all([compress(text, 'br'), compress(text, 'gzip')]);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 20)}"`;
  return { etag, br, gzip, identity: () => Buffer.from(text) };
}

async function answer(packed: Promise<Packed>, exchange: Exchange, type: string): Promise<Answer> {
  const content = await packed;
  const headers = { 'Content-Type': type, ETag: content.etag, 'Cache-Control': 'public, no-cache', Vary: 'Accept-Encoding' };
  if (matches(exchange.request.headers['if-none-match'], content.etag)) return { status: 304, headers, body: null };
  const encoding = acceptedEncoding(exchange.request.headers['accept-encoding']);
  const bytes = encoding === undefined ? content.identity() : content[encoding];
  return {
    status: 200,
    headers: { ...headers, 'Content-Length': String(bytes.length), ...(encoding && { 'Content-Encoding': encoding }) },
    body: bytes,
  };
}

/** The package carries its browser bundle as a string behind a Fastify plugin; a server that never listens hands it out. */
async function loadScalar(): Promise<string> {
  const [{ default: Fastify }, { default: scalar }] = await Promise.all([import('fastify'), import('@scalar/fastify-api-reference')]);
  const carrier = Fastify();
  await carrier.register(scalar, { routePrefix: '/docs', configuration: { url: '/openapi.json' } });
  const response = await carrier.inject('/docs/js/scalar.js');
  await carrier.close();
  if (response.statusCode !== 200) throw new Error(`the API reader's bundle was not found (${response.statusCode})`);
  return response.body;
}
