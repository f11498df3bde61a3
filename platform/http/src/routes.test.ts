import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import {
  created,
  defineErrors,
  endpoints,
  fail,
  noContent,
  ok,
  permits,
  publicAccess,
  requestErrors,
  route,
  signedIn,
} from '@madang/kernel';
import { z } from 'zod';
import { fakeEdge } from './fake-edge.ts';

const Room = z.object({ id: z.string(), name: z.string(), at: z.date(), topic: z.string().nullable() });
const table = endpoints({
  'GET /api/v1/rooms': {
    summary: 'Rooms',
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50), tag: z.array(z.string()).optional() }),
    responses: { 200: z.object({ limit: z.number(), tag: z.array(z.string()).optional() }) },
  },
  'POST /api/v1/rooms': {
    summary: 'Open',
    body: z.object({ name: z.string().min(1).max(40), email: z.email().optional() }),
    responses: { 201: Room },
  },
  'GET /api/v1/rooms/:id': { summary: 'Room', params: z.object({ id: z.string() }), responses: { 200: Room } },
  'DELETE /api/v1/rooms/:roomId': { summary: 'Close', params: z.object({ roomId: z.string() }), responses: { 204: null } },
  'GET /api/v1/me': { summary: 'Me', responses: { 200: z.object({ id: z.string() }) } },
  'GET /api/v1/admin/things': { summary: 'Things', responses: { 200: z.object({ ok: z.boolean() }) } },
  'POST /api/v1/auth/refresh': { summary: 'Refresh', responses: { 200: z.object({ token: z.string() }) } },
  'GET /api/v1/broken': { summary: 'Broken', query: z.object({ how: z.string() }), responses: { 200: z.object({ ok: z.boolean() }) } },
  'GET /api/v1/bytes': { summary: 'Bytes', responses: { 200: 'stream', 206: 'stream' } },
  'GET /api/v1/limited': { summary: 'Limited', responses: { 204: null } },
});
const openly = publicAccess('for the test');
const errors = defineErrors('test', {
  full: { status: 409, title: 'Full', message: { ko: '가득 찼어요.', en: 'It is full.', ja: '満員です。', es: 'Está lleno.' } },
});

const routes = [
  route(table, 'GET /api/v1/rooms', { policy: openly, tag: 'rooms', handler: async ({ query }) => ok(query, { 'X-Next-Cursor': 'c' }) }),
  route(table, 'POST /api/v1/rooms', {
    policy: permits('room:create'),
    tag: 'rooms',
    handler: async ({ body }) =>
      created({ id: 'room_1', name: body.name, at: new Date(0), topic: null, secret: 'x' }, { Location: '/api/v1/rooms/room_1' }),
  }),
  route(table, 'GET /api/v1/rooms/:id', {
    policy: openly,
    tag: 'rooms',
    handler: async ({ params }) => ok({ id: params.id, name: 'n', at: new Date(0), topic: null }),
  }),
  route(table, 'DELETE /api/v1/rooms/:roomId', { policy: permits('room:delete', 'zone'), tag: 'rooms', handler: async () => noContent() }),
  route(table, 'GET /api/v1/me', {
    policy: signedIn('own profile'),
    tag: 'me',
    handler: async ({ principal }) => ok({ id: principal?.id ?? '' }),
  }),
  route(table, 'GET /api/v1/admin/things', { policy: openly, tag: 'admin', handler: async () => ok({ ok: true }) }),
  route(table, 'POST /api/v1/auth/refresh', {
    policy: openly,
    tag: 'auth',
    cookieAuth: true,
    handler: async ({ cookies, secure }) => ({
      ...ok({ token: cookies.session ?? '' }),
      cookies: [{ name: secure ? '__Host-session' : 'session', value: 'new value', maxAgeSeconds: 60 }],
    }),
  }),
  route(table, 'GET /api/v1/broken', {
    policy: openly,
    tag: 'broken',
    handler: async ({ query }) => {
      if (query.how === 'throws') throw new Error('a secret inside');
      if (query.how === 'refuses') fail(errors.full, { detail: 'room_1', retryAfterSeconds: 2.1, extra: { seats: 3 } });
      if (query.how === 'away') fail(requestErrors.unavailable, { cause: new Error('redis') });
      if (query.how === 'status') return { status: 201, body: {} } as never;
      return ok({ ok: 'not a boolean' } as never);
    },
  }),
  route(table, 'GET /api/v1/bytes', {
    policy: openly,
    tag: 'bytes',
    handler: async ({ headers }) =>
      headers.range === undefined
        ? ok(Readable.from([Buffer.from('ab'), Buffer.from('cd')]), { 'Content-Type': 'video/mp4', 'Content-Length': '4' })
        : { status: 206 as const, body: Buffer.from('bc'), headers: { 'Content-Type': 'video/mp4', 'Content-Range': 'bytes 1-2/4' } },
  }),
  route(table, 'GET /api/v1/limited', {
    policy: openly,
    tag: 'l',
    limits: { rate: { name: 'own', points: 1, windowSeconds: 60 } },
    handler: async () => noContent(),
  }),
];

const json = { 'content-type': 'application/json' };

describe('routes over HTTP', () => {
  it('answers what the schemas say: parsed query in, declared members out', async () => {
    const { inject } = fakeEdge(routes);
    const list = await inject({ url: '/api/v1/rooms?limit=7&tag=a&tag=b' });
    assert.deepEqual([list.statusCode, list.json()], [200, { limit: 7, tag: ['a', 'b'] }]);
    assert.equal(list.headers['x-next-cursor'], 'c');
    const made = await inject({
      method: 'POST',
      url: '/api/v1/rooms',
      headers: { ...json, authorization: 'Bearer talk:room:create=own' },
      payload: '{"name":"방","extra":1}',
    });
    assert.equal(made.statusCode, 201);
    assert.deepEqual(made.json(), { id: 'room_1', name: '방', at: '1970-01-01T00:00:00.000Z', topic: null });
    assert.equal(made.headers.location, '/api/v1/rooms/room_1');
    assert.equal(made.headers['content-type'], 'application/json; charset=utf-8');
  });

  it('answers HEAD like GET without the body, 405 with Allow, 404 for what is not there', async () => {
    const { inject } = fakeEdge(routes);
    const head = await inject({ method: 'HEAD', url: '/api/v1/rooms/room_1' });
    assert.deepEqual([head.statusCode, head.body], [200, '']);
    assert.ok(Number(head.headers['content-length']) > 0);
    const other = await inject({ method: 'PUT', url: '/api/v1/rooms/room_1' });
    assert.equal(other.statusCode, 405);
    assert.equal(other.headers.allow, 'GET, HEAD, DELETE, OPTIONS');
    assert.equal(other.json().code, 'request.method_not_allowed');
    for (const url of ['/api/v1/nothing', '/api', '/ws', '/.well-known/x', '/api/v1/%zz']) {
      const gone = await inject({ url });
      assert.ok(gone.statusCode === 404 || gone.statusCode === 400, url);
      assert.match(String(gone.headers['content-type']), /^application\/problem\+json/, url);
    }
  });

  it('names every field that is wrong, in the language of the reader', async () => {
    const { inject } = fakeEdge(routes);
    const send = (payload: string, language: string) =>
      inject({
        method: 'POST',
        url: '/api/v1/rooms',
        headers: { ...json, authorization: 'Bearer talk:room:create=own', 'accept-language': language },
        payload,
      });
    const korean = await send(`{"name":"${'x'.repeat(41)}","email":"no"}`, 'ko-KR,ko;q=0.9');
    assert.equal(korean.statusCode, 400);
    assert.equal(korean.json().code, 'request.invalid');
    assert.deepEqual(korean.json().fields, [
      { path: 'body.name', code: 'text_too_long', message: '40자까지 쓸 수 있어요.' },
      { path: 'body.email', code: 'invalid_email', message: '이메일 주소를 확인해 주세요.' },
    ]);
    assert.match(korean.json().requestId, /^MDG-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    assert.deepEqual((await send('{}', 'en')).json().fields, [{ path: 'body.name', code: 'required', message: 'This is needed.' }]);
    assert.deepEqual((await send('{"name":""}', 'es')).json().fields, [
      { path: 'body.name', code: 'empty_text', message: 'No puede quedar vacío.' },
    ]);
    assert.deepEqual((await send('{"name":5}', 'ja')).json().fields, [
      { path: 'body.name', code: 'invalid_type', message: '値の種類が違います。' },
    ]);
    const query = await inject({ url: '/api/v1/rooms?limit=1000', headers: { 'accept-language': 'en' } });
    assert.deepEqual(query.json().fields, [{ path: 'query.limit', code: 'too_big', message: 'It must be at most 100.' }]);
  });

  it('refuses bodies no schema may see', async () => {
    const { inject } = fakeEdge(routes);
    const headers = { ...json, authorization: 'Bearer talk:room:create=own' };
    const post = (payload: string | Buffer, more: Record<string, string> = {}) =>
      inject({ method: 'POST', url: '/api/v1/rooms', headers: { ...headers, ...more }, payload });
    const cases: [string, string | Buffer, string][] = [
      ['not JSON', '{"name":', 'malformed_json'],
      ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'malformed_json'],
      ['NUL', '{"name":"a\\u0000b"}', 'nul_character'],
      ['NUL in a name', '{"name":"a","x\\u0000":1}', 'nul_character'],
      ['lone surrogate', '{"name":"\\ud800"}', 'malformed_text'],
      ['__proto__', '{"name":"a","__proto__":{"admin":true}}', 'forbidden_member'],
      ['escaped __proto__', '{"name":"a","\\u005f_proto__":1}', 'forbidden_member'],
      ['constructor', '{"name":"a","constructor":{"prototype":{}}}', 'forbidden_member'],
      ['deep', `{"name":"a","x":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'too_deep'],
      ['nothing', '', 'required'],
    ];
    for (const [name, payload, code] of cases) {
      const answer = await post(payload);
      assert.equal(answer.statusCode, 400, name);
      assert.equal(answer.json().fields[0].code, code, name);
    }
    assert.equal((await post('name=a', { 'content-type': 'application/x-www-form-urlencoded' })).statusCode, 415);
    assert.equal((await post('{}', { 'content-type': 'application/json; charset=euc-kr' })).statusCode, 415);
    assert.equal((await post('{}', { 'content-type': 'nonsense' })).statusCode, 415);
    assert.equal((await post('{}', { 'content-encoding': 'gzip' })).statusCode, 415);
    assert.equal((await post(JSON.stringify({ name: 'x'.repeat(300_000) }))).statusCode, 413);
    assert.equal((await inject({ url: '/api/v1/rooms/a%00b' })).statusCode, 400);
    assert.equal((await inject({ url: '/api/v1/rooms?tag=a&tag=%00' })).json().fields[0].path, 'query.tag.1');
  });

  it('maps refusals and failures, and tells nobody the cause', async () => {
    const { inject, log } = fakeEdge(routes);
    const refused = await inject({ url: '/api/v1/broken?how=refuses' });
    assert.equal(refused.statusCode, 409);
    assert.equal(refused.headers['retry-after'], '3');
    const { requestId, ...document } = refused.json();
    assert.deepEqual(document, {
      seats: 3,
      type: 'urn:madang:problem:test.full',
      title: 'Full',
      status: 409,
      code: 'test.full',
      detail: 'room_1',
      message: '가득 찼어요.',
    });
    const thrown = await inject({ url: '/api/v1/broken?how=throws' });
    assert.deepEqual([thrown.statusCode, thrown.json().code], [500, 'request.internal']);
    assert.doesNotMatch(thrown.body, /secret/);
    assert.deepEqual(
      log.filter((line) => line.level === 'error').map((line) => String(line.fields.err)),
      ['Error: a secret inside'],
    );
    assert.equal((await inject({ url: '/api/v1/broken?how=away' })).statusCode, 503);
    assert.equal(log.filter((line) => line.level === 'error').length, 1, 'a part that is away needs nobody');
    for (const how of ['status', 'body']) assert.equal((await inject({ url: `/api/v1/broken?how=${how}` })).statusCode, 500);
    assert.equal(log.filter((line) => line.level === 'error').length, 3);
  });

  it('sends bytes: streams, buffers, ranges, HEAD', async () => {
    const { inject } = fakeEdge(routes);
    const whole = await inject({ url: '/api/v1/bytes', headers: { 'accept-encoding': 'br' } });
    assert.deepEqual([whole.body, whole.headers['content-type'], whole.headers['content-encoding']], ['abcd', 'video/mp4', undefined]);
    const part = await inject({ url: '/api/v1/bytes', headers: { range: 'bytes=1-2' } });
    assert.deepEqual([part.statusCode, part.body], [206, 'bc']);
    const head = await inject({ method: 'HEAD', url: '/api/v1/bytes' });
    assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '4']);
  });

  it('runs the same route in the process', async () => {
    const { server, limiter } = fakeEdge(routes);
    const { zone, principal } = await identity();
    assert.deepEqual(await server.call(zone, undefined, 'GET /api/v1/rooms/:id', { params: { id: 'r' } }), {
      status: 200,
      body: { id: 'r', name: 'n', at: '1970-01-01T00:00:00.000Z', topic: null },
      headers: {},
    });
    assert.deepEqual((await server.call(zone, principal, 'GET /api/v1/rooms', { query: { limit: 3, tag: undefined } })).body, { limit: 3 });
    const refused = await server.call(zone, undefined, 'GET /api/v1/me');
    assert.deepEqual([refused.status, (refused.body as { code: string }).code], [401, 'request.unauthenticated']);
    assert.equal((await server.call(zone, undefined, 'GET /api/v1/rooms', { query: { limit: 0 } })).status, 400);
    assert.equal((await server.call(zone, undefined, 'GET /nowhere')).status, 404);
    assert.equal(limiter.counts.size, 0);
  });
});

async function identity() {
  const { fakeZones, fakePrincipal } = await import('./fake-edge.ts');
  return { zone: await fakeZones().context('talk'), principal: fakePrincipal('talk') };
}

describe('who may', () => {
  it('asks the policy, audits the refusals', async () => {
    const { inject, denials } = fakeEdge(routes);
    const call = (authorization?: string, method = 'DELETE') =>
      inject({ method: method as 'DELETE', url: '/api/v1/rooms/r', headers: authorization ? { authorization } : {} });
    const nobody = await call();
    assert.deepEqual([nobody.statusCode, nobody.headers['www-authenticate']], [401, 'Bearer']);
    assert.equal((await call('Bearer garbage')).statusCode, 401);
    assert.equal((await call('Bearer talk:room:delete=own')).statusCode, 403);
    assert.equal((await call('Bearer talk:room:delete=zone')).statusCode, 204);
    assert.equal((await call('Bearer univ', 'GET')).json().code, 'request.wrong_zone', 'even where anyone may read');
    assert.deepEqual(
      denials.map(({ route, code }) => [route, code]),
      [
        ['DELETE /api/v1/rooms/:roomId', 'request.forbidden'],
        ['GET /api/v1/rooms/:id', 'request.wrong_zone'],
      ],
    );
  });

  it('takes the session cookie for reading only', async () => {
    const { inject } = fakeEdge(routes);
    const headers = { cookie: 'a=b; session=talk' };
    assert.deepEqual((await inject({ url: '/api/v1/me', headers })).json(), { id: 'user_talk' });
    assert.equal((await inject({ method: 'DELETE', url: '/api/v1/rooms/r', headers })).statusCode, 401);
    assert.equal((await inject({ url: '/api/v1/me', headers: { cookie: 'session=dead' } })).statusCode, 401);
  });

  it('refuses changes with a cookie from foreign pages', async () => {
    const { inject, denials } = fakeEdge(routes);
    const refresh = (origin?: string) =>
      inject({ method: 'POST', url: '/api/v1/auth/refresh', headers: { cookie: 'session=talk', ...(origin && { origin }) } });
    for (const origin of ['https://evil.example', 'null', 'http://univ.localhost'])
      assert.equal((await refresh(origin)).json().code, 'request.wrong_origin', origin);
    assert.equal(denials.length, 3);
    assert.equal((await refresh('http://talk.localhost')).statusCode, 200);
    const programs = await refresh();
    assert.equal(programs.headers['set-cookie'], 'session=new%20value; Path=/; Max-Age=60; HttpOnly; SameSite=Lax');
  });

  it('keeps admin routes to the allow-list', async () => {
    const { inject, denials } = fakeEdge(routes, { adminAllowList: ['10.0.0.0/8'] });
    assert.equal((await inject({ url: '/api/v1/admin/things', remoteAddress: '10.1.2.3' })).statusCode, 200);
    assert.equal((await inject({ url: '/api/v1/admin/things', remoteAddress: '11.1.2.3' })).statusCode, 403);
    assert.equal((await inject({ url: '/x', headers: { host: 'admin.talk.localhost' }, remoteAddress: '11.1.2.3' })).statusCode, 403);
    assert.equal(denials.length, 1);
  });

  it('limits addresses, people and single routes', async () => {
    const limits = {
      anonymous: { name: 'anonymous', points: 2, windowSeconds: 60 },
      person: { name: 'person', points: 3, windowSeconds: 60 },
      pages: { name: 'pages', points: 1, windowSeconds: 60 },
    };
    const { inject } = fakeEdge(routes, { limits });
    const codes = async (url: string, headers: Record<string, string>, times: number) => {
      const seen: number[] = [];
      for (let i = 0; i < times; i++) seen.push((await inject({ url, headers, remoteAddress: '192.0.2.1' })).statusCode);
      return seen;
    };
    assert.deepEqual(await codes('/api/v1/rooms', {}, 3), [200, 200, 429]);
    assert.deepEqual(await codes('/api/v1/me', { authorization: 'Bearer talk' }, 4), [200, 200, 200, 429]);
    assert.deepEqual(await codes('/api/v1/me', { authorization: 'Bearer bad' }, 1), [429], 'guessing tokens is counted by address');
    assert.deepEqual(await codes('/', {}, 2), [404, 429]);
    assert.equal((await inject({ url: '/api/v1/rooms', remoteAddress: '192.0.2.2' })).statusCode, 200);
    const own = fakeEdge(routes);
    assert.equal((await own.inject({ url: '/api/v1/limited' })).statusCode, 204);
    const refused = await own.inject({ url: '/api/v1/limited' });
    assert.deepEqual([refused.statusCode, refused.headers['retry-after'], refused.json().code], [429, '8', 'request.rate_limited']);
  });
});
