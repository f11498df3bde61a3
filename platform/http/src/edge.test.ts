import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { endpoints, ok, publicAccess, route } from '@madang/kernel';
import { z } from 'zod';
import { createProxyTrust } from './client-address.ts';
import type { PageContext } from './edge-options.ts';
import { fakeEdge } from './fake-edge.ts';
import { ipList, networkOf } from './ip-list.ts';
import { cachedAnswer, PageCache } from './page-cache.ts';

const table = endpoints({
  'GET /api/v1/where': {
    summary: 'Where',
    responses: { 200: z.object({ zone: z.string(), ip: z.string(), origin: z.string(), secure: z.boolean(), locale: z.string() }) },
  },
  'GET /api/v1/long': { summary: 'Long', responses: { 200: z.array(z.string()) } },
  'POST /api/v1/where': { summary: 'Change', responses: { 204: null } },
});
const openly = publicAccess('for the test');
const routes = [
  route(table, 'GET /api/v1/where', {
    policy: openly,
    tag: 't',
    handler: async ({ zone, ip, origin, secure, locale }) => ok({ zone: zone.zone.id, ip, origin, secure, locale }),
  }),
  route(table, 'GET /api/v1/long', { policy: openly, tag: 't', handler: async () => ok(Array<string>(600).fill('courtyard')) }),
  route(table, 'POST /api/v1/where', { policy: openly, tag: 't', handler: async () => ({ status: 204 as const, body: null }) }),
];

describe('hosts', () => {
  it('finds the zone by host, with its api alias', async () => {
    const { inject } = fakeEdge(routes);
    const at = (host: string, url = '/api/v1/where') => inject({ url, headers: { host } });
    assert.equal((await at('univ.localhost:3000')).json().zone, 'univ');
    assert.equal((await at('api.talk.localhost:3000', '/v1/where')).json().zone, 'talk');
    assert.equal((await at('talk.localhost', '/v1/where')).statusCode, 404);
    const unknown = await at('nobody.localhost');
    assert.deepEqual([unknown.statusCode, unknown.json().code], [404, 'request.zone_unknown']);
  });

  it('shows an unknown host a page of its own', async () => {
    const { inject } = fakeEdge(routes, { pageHandler: async () => ({ status: 200, body: 'never' }) });
    const page = await inject({ url: '/', headers: { host: 'nobody.localhost', 'accept-language': 'ja' } });
    assert.equal(page.statusCode, 404);
    assert.match(String(page.headers['content-type']), /^text\/html/);
    assert.match(page.body, /<html lang="ja">.*このアドレス.*이 주소에는.*No zone lives/s);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'; style-src 'sha256-/);
  });

  it('redirects pages, and nothing else, to the zone’s own host', async () => {
    const { inject } = fakeEdge(routes);
    const at = (url: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') => inject({ method, url, headers: { host: 'old.example' } });
    const moved = await at('/rooms?a=1');
    assert.deepEqual([moved.statusCode, moved.headers.location], [301, 'http://www.example/rooms?a=1']);
    assert.equal((await at('/', 'HEAD')).statusCode, 301);
    assert.equal((await at('/', 'POST')).statusCode, 405);
    assert.equal((await at('/api/v1/where')).statusCode, 200);
    for (const url of ['/health', '/ready']) assert.equal((await at(url)).statusCode, 200);
    for (const url of ['/ws', '/.well-known/none']) assert.equal((await at(url)).statusCode, 404);
  });

  it('lets in exactly the origins of the zone', async () => {
    const { inject } = fakeEdge(routes);
    const allowed = await inject({ url: '/api/v1/where', headers: { origin: 'http://www.talk.localhost:3000' } });
    assert.equal(allowed.headers['access-control-allow-origin'], 'http://www.talk.localhost:3000');
    assert.equal(allowed.headers['access-control-allow-credentials'], 'true');
    assert.match(
      String(allowed.headers['access-control-expose-headers']),
      /^X-Next-Cursor, Retry-After, ETag, Location, Link, X-Request-Id/,
    );
    assert.equal(allowed.headers.vary, 'Origin');
    for (const origin of ['http://univ.localhost', 'https://talk.localhost.evil', 'null']) {
      const other = await inject({ url: '/api/v1/where', headers: { origin } });
      assert.equal(other.headers.vary, 'Origin');
      assert.deepEqual(
        Object.keys(other.headers).filter((name) => name.startsWith('access-control')),
        [],
        origin,
      );
    }
    const missing = await inject({ url: '/api/v1/none', headers: { origin: 'http://talk.localhost' } });
    assert.equal(missing.headers['access-control-allow-origin'], 'http://talk.localhost', 'a page may read its refusals');
  });

  it('answers preflights', async () => {
    const { inject } = fakeEdge(routes);
    const ask = (origin: string) =>
      inject({ method: 'OPTIONS', url: '/api/v1/where', headers: { origin, 'access-control-request-method': 'POST' } });
    const yes = await ask('http://talk.localhost');
    assert.equal(yes.statusCode, 204);
    assert.equal(yes.headers['access-control-max-age'], '7200');
    assert.match(String(yes.headers['access-control-allow-headers']), /Authorization.*Upload-Offset/);
    const no = await ask('http://univ.localhost');
    assert.equal(no.statusCode, 204);
    assert.equal(no.headers['access-control-allow-methods'], undefined);
  });
});

describe('headers of every answer', () => {
  it('are the secure ones, and no product names', async () => {
    const { inject } = fakeEdge(routes, {
      trustedProxies: ['loopback'],
      pageHandler: async () => ({
        status: 200,
        headers: { 'Content-Security-Policy': "default-src 'self'; frame-ancestors *" },
        body: 'x',
      }),
    });
    const forwarded = { 'x-forwarded-proto': 'https' };
    for (const url of ['/api/v1/where', '/api/v1/none', '/', '/health', '/embed/1']) {
      const { headers } = await inject({ url, headers: forwarded });
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
      assert.equal(headers['referrer-policy'], 'strict-origin-when-cross-origin', url);
      assert.match(String(headers['permissions-policy']), /camera=\(self\), microphone=\(self\)/, url);
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin', url);
      assert.match(String(headers['strict-transport-security']), /^max-age=31536000/, url);
      for (const none of ['server', 'x-powered-by', 'x-xss-protection']) assert.equal(headers[none], undefined, url);
      assert.match(String(headers['content-security-policy']), url === '/embed/1' ? /frame-ancestors \*$/ : /frame-ancestors 'none'$/, url);
    }
    assert.equal((await inject({ url: '/' })).headers['strict-transport-security'], undefined);
    assert.equal((await inject({ url: '/api/v1/where' })).headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'");
  });

  it('carry the request’s id: the sender’s own where it is harmless', async () => {
    const { inject } = fakeEdge(routes);
    const id = async (sent?: string) =>
      (await inject({ url: '/api/v1/where', headers: sent ? { 'x-request-id': sent } : {} })).headers['x-request-id'];
    assert.match(String(await id()), /^MDG-\w{4}-\w{4}$/);
    assert.equal(await id('trace-1'), 'trace-1');
    assert.match(String(await id('a b<script>')), /^MDG-/);
  });
});

describe('clients behind proxies', () => {
  const from = (peer: string, headers: Record<string, string>, trusted: readonly string[]) =>
    createProxyTrust(trusted).resolve({ headers, socket: { remoteAddress: peer } } as never);

  it('are believed through trusted proxies only', () => {
    const forwarded = {
      host: 'inner',
      'x-forwarded-for': '198.51.100.9, 203.0.113.5, 10.0.0.2',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'talk.example',
    };
    assert.deepEqual(from('10.0.0.1', forwarded, ['10.0.0.0/8']), { ip: '203.0.113.5', secure: true, host: 'talk.example' });
    assert.deepEqual(from('::ffff:10.0.0.1', forwarded, ['private']), { ip: '203.0.113.5', secure: true, host: 'talk.example' });
    assert.deepEqual(from('192.0.2.1', forwarded, ['10.0.0.0/8']), { ip: '192.0.2.1', secure: false, host: 'inner' });
    assert.deepEqual(from('192.0.2.1', forwarded, []), { ip: '192.0.2.1', secure: false, host: 'inner' });
    assert.equal(from('127.0.0.1', { 'x-forwarded-for': '127.0.0.9' }, ['loopback']).ip, '127.0.0.9');
    assert.equal(from('127.0.0.1', { 'x-forwarded-for': 'nonsense, <b>' }, ['loopback']).ip, '127.0.0.1');
    assert.equal(from('::1', { 'x-forwarded-for': '[2001:db8::7]:4711' }, ['loopback']).ip, '2001:db8::7');
  });

  it('are listed in a form that is checked at start', () => {
    for (const wrong of ['10.0.0.0/33', 'localhost', '10.0.0', '::1/129', ''])
      assert.throws(() => ipList([wrong]), /is not an IP address/, wrong);
    assert.ok(ipList(['2001:db8::/32']).has('2001:db8:1::2'));
    assert.ok(!ipList([]).has('127.0.0.1'));
  });

  it('share an anonymous limit by household, not by address, on IPv6', () => {
    assert.equal(networkOf('192.0.2.7'), '192.0.2.7');
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2::9'));
    assert.equal(networkOf('::1'), '0:0:0:0::/64');
  });
});

describe('health and figures', () => {
  it('answer on any host', async () => {
    const checks = { database: 'away' };
    const { inject } = fakeEdge(routes, { health: { ready: async () => ({ ok: false, checks }) } });
    for (const url of ['/health', '/api/health']) {
      const live = await inject({ url, headers: { host: 'whatever' } });
      assert.deepEqual([live.statusCode, live.json()], [200, { status: 'ok' }]);
    }
    const ready = await inject({ url: '/ready', headers: { host: 'whatever' } });
    assert.deepEqual([ready.statusCode, ready.json()], [503, { status: 'not ready', checks }]);
    assert.equal((await inject({ method: 'HEAD', url: '/ready' })).body, '');
  });

  it('check readiness once for many who ask, and survive a check that throws', async () => {
    let now = 0;
    let runs = 0;
    const clock = { now: () => new Date(now) };
    const { inject } = fakeEdge(routes, { clock, health: { ready: async () => Promise.reject(new TypeError(`run ${++runs}`)) } });
    const answers = await Promise.all([inject({ url: '/ready' }), inject({ url: '/ready' })]);
    assert.deepEqual(
      answers.map((answer) => answer.statusCode),
      [503, 503],
    );
    assert.equal(runs, 1);
    now = 5000;
    await inject({ url: '/ready' });
    assert.equal(runs, 2);
  });

  it('show metrics to this machine or to the token', async () => {
    const { inject } = fakeEdge(routes, { trustedProxies: ['10.0.0.1'], metricsToken: 'figures' });
    const from = async (remoteAddress: string, headers: Record<string, string> = {}) =>
      (await inject({ url: '/metrics', remoteAddress, headers })).statusCode;
    assert.equal(await from('127.0.0.1'), 200);
    assert.equal(await from('192.0.2.1'), 403);
    assert.equal(await from('192.0.2.1', { 'x-forwarded-for': '127.0.0.1' }), 403, 'spoofed');
    assert.equal(await from('10.0.0.1', { 'x-forwarded-for': '192.0.2.1' }), 403, 'a proxied client is not this machine');
    assert.equal(await from('10.0.0.1', { 'x-forwarded-for': '127.0.0.1, 192.0.2.1' }), 403, 'spoofed through the proxy');
    assert.equal(await from('192.0.2.1', { authorization: 'Bearer figures' }), 200);
    assert.equal(await from('192.0.2.1', { authorization: 'Bearer figure' }), 403);
    await inject({ url: '/api/v1/where' });
    assert.match((await inject({ url: '/metrics' })).body, /_count\{method="GET",route="\/api\/v1\/where",status="200",zone="talk"\} 1/);
  });
});

describe('compression', () => {
  it('is negotiated for long answers', async () => {
    const { inject } = fakeEdge(routes, {
      pageHandler: async () => new Response('마당'.repeat(1000), { headers: { 'content-type': 'text/html' } }),
    });
    const get = (url: string, encoding: string) => inject({ url, headers: { 'accept-encoding': encoding } });
    const br = await get('/api/v1/long', 'gzip, br');
    assert.equal(br.headers['content-encoding'], 'br');
    assert.equal(JSON.parse(brotliDecompressSync(br.rawPayload).toString()).length, 600);
    const gzip = await get('/api/v1/long', 'gzip, br;q=0');
    assert.equal(JSON.parse(gunzipSync(gzip.rawPayload).toString()).length, 600);
    assert.equal((await get('/api/v1/long', 'identity')).json().length, 600);
    assert.equal((await get('/api/v1/where', 'br')).headers['content-encoding'], undefined);
    const page = await get('/page', 'br');
    assert.equal(brotliDecompressSync(page.rawPayload).toString(), '마당'.repeat(1000));
    assert.equal(page.headers.vary, 'Accept-Encoding');
  });
});

describe('pages', () => {
  it('kept in the cache are compressed once', async () => {
    const cache = new PageCache({ clock: { now: () => new Date(0) } });
    const packs: unknown[] = [];
    const { inject } = fakeEdge(routes, {
      pageHandler: async (page: PageContext) => {
        const body = Buffer.from('마당'.repeat(1000));
        const { page: kept, status } = await cache.get(page.zone.zone.id, page.url, async () => ({
          status: 200,
          headers: {},
          body,
          tags: [],
        }));
        packs.push(kept.packed);
        return cachedAnswer(kept, status);
      },
    });
    const get = () => inject({ url: '/', headers: { 'accept-encoding': 'br' } });
    const [first, second] = [await get(), await get()];
    assert.deepEqual([first.headers['x-cache-status'], second.headers['x-cache-status']], ['MISS', 'HIT']);
    assert.equal(brotliDecompressSync(second.rawPayload).toString(), '마당'.repeat(1000));
    assert.equal(packs[0], packs[1]);
    assert.equal((packs[0] as Map<string, unknown>).size, 1);
  });

  it('get the person by cookie, the language, and the routes of their zone', async () => {
    const { inject } = fakeEdge(routes, {
      pageHandler: async (page: PageContext) => {
        const where = await page.call('GET /api/v1/where');
        const request = page.webRequest();
        return {
          status: 200,
          cookies: [{ name: 'seen', value: '1' }],
          body: JSON.stringify({ person: page.principal?.id ?? null, locale: page.locale, url: request.url, where: where.body }),
        };
      },
    });
    const page = await inject({ url: '/rooms?x=1', headers: { cookie: 'session=talk; madang_locale=es', 'accept-language': 'ja' } });
    assert.deepEqual(page.json(), {
      person: 'user_talk',
      locale: 'es',
      url: 'http://talk.localhost/rooms?x=1',
      where: { zone: 'talk', ip: '127.0.0.1', origin: 'http://talk.localhost', secure: false, locale: 'es' },
    });
    assert.equal(page.headers['set-cookie'], 'seen=1; Path=/; HttpOnly; SameSite=Lax');
    assert.equal(page.headers['cache-control'], 'private, no-cache');
    assert.equal((await inject({ url: '/', headers: { cookie: 'session=univ' } })).json().person, null);
  });

  it('that fail are answered with a page', async () => {
    const { inject, log } = fakeEdge(routes, { pageHandler: async () => Promise.reject(new Error('render')) });
    const page = await inject({ url: '/', headers: { 'accept-language': 'en' } });
    assert.equal(page.statusCode, 500);
    assert.match(page.body, /Something went wrong\. What was saved is safe\..*MDG-/s);
    assert.equal(log.filter((line) => line.level === 'error').length, 1);
  });

  it('pass cookies of a web Response on one by one', async () => {
    const headers = new Headers({ 'content-type': 'text/html' });
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    const { inject } = fakeEdge(routes, {
      pageHandler: async () => new Response(null, { status: 302, headers: [...headers, ['location', '/x']] }),
    });
    const moved = await inject({ url: '/' });
    assert.deepEqual([moved.statusCode, moved.headers.location, moved.headers['set-cookie']], [302, '/x', ['a=1', 'b=2']]);
  });
});

describe('built files', () => {
  let root = '';
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'madang-static-'));
    mkdirSync(join(root, 'assets'));
    writeFileSync(join(root, 'assets', 'app-abc123.js'), 'x();'.repeat(1000));
    writeFileSync(join(root, 'assets', 'app-abc123.js.br'), 'packed beforehand');
    writeFileSync(join(root, 'icon.png'), Buffer.alloc(600 * 1024, 1));
    writeFileSync(join(root, 'sw.js'), 'small');
    writeFileSync(join(root, '.secret'), 'hidden');
  });
  after(() => rmSync(root, { recursive: true }));

  it('are cached by hash, asked again by tag, sent packed', async () => {
    const { inject } = fakeEdge(routes, { staticFiles: { root, prefix: '/' } });
    const script = await inject({ url: '/assets/app-abc123.js', headers: { origin: 'http://www.talk.localhost' } });
    assert.equal(script.body.length, 4000);
    assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(script.headers['access-control-allow-origin'], 'http://www.talk.localhost');
    assert.equal((await inject({ url: '/assets/app-abc123.js', headers: { 'accept-encoding': 'br' } })).body, 'packed beforehand');
    const gzip = await inject({ url: '/assets/app-abc123.js', headers: { 'accept-encoding': 'gzip' } });
    assert.equal(gunzipSync(gzip.rawPayload).toString().length, 4000);
    const worker = await inject({ url: '/sw.js' });
    assert.equal(worker.headers['cache-control'], 'public, no-cache');
    const again = await inject({ url: '/sw.js', headers: { 'if-none-match': `W/${worker.headers.etag}` } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
    assert.equal((await inject({ url: '/icon.png' })).rawPayload.length, 600 * 1024);
    assert.equal((await inject({ method: 'HEAD', url: '/icon.png' })).headers['content-length'], String(600 * 1024));
    for (const url of [
      '/.secret',
      '/assets/../.secret',
      '/assets/%2e%2e/.secret',
      '/../../etc/passwd',
      '/assets/app-abc123.js.br',
      '/assets',
    ]) {
      assert.equal((await inject({ url })).statusCode, 404, url);
    }
  });
});

describe('the API described', () => {
  it('as OpenAPI 3.1, and to people', async () => {
    const { inject } = fakeEdge(routes);
    const document = await inject({ url: '/openapi.json' });
    assert.equal(document.json().openapi, '3.1.0');
    assert.ok(document.json().paths['/api/v1/where'].get);
    assert.equal((await inject({ url: '/openapi.json', headers: { 'if-none-match': String(document.headers.etag) } })).statusCode, 304);
    const page = await inject({ url: '/docs' });
    assert.match(page.body, /data-url="\/openapi\.json"/);
    assert.doesNotMatch(page.body, /https?:\/\//);
    const script = await inject({ url: '/docs/scalar.js' });
    assert.ok(script.rawPayload.length > 1_000_000);
  });
});
