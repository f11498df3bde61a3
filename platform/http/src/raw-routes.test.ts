import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  endpoints,
  fail,
  ok,
  publicAccess,
  type RawRouteContext,
  type RawRouteDefinition,
  requestErrors,
  route,
  signedIn,
} from '@madang/kernel';
import { createMetrics } from '@madang/telemetry';
import { z } from 'zod';
import { type FakeEdge, fakeEdge } from './fake-edge.ts';

type Handler = RawRouteDefinition['handler'];

const bytes: Handler = (_request, response, { headers, zone, origin }) => {
  response.writeHead(200, [...headers, 'Content-Type', 'text/plain']);
  response.end(`${zone.zone.id} ${origin}`);
};
const handlers: Record<string, Handler> = {
  bytes,
  throws() {
    throw new Error('a secret cause');
  },
  async refuses() {
    await delay(1);
    fail(requestErrors.not_found, { detail: 'no such film' });
  },
  forgets() {},
  async 'breaks-off'(_request, response, { headers }) {
    response.writeHead(200, [...headers, 'Content-Length', '100']);
    response.write('part');
    await delay(5);
    throw new Error('the disk went away');
  },
  'writes-on'(_request, response, { headers }) {
    response.writeHead(200, headers);
    response.end('end');
    response.write('more');
  },
  async slow(_request, response, { headers }) {
    await delay(150);
    response.writeHead(200, headers);
    response.end('slow');
  },
  async stays(_request, response) {
    await once(response, 'close');
  },
};
const raw: RawRouteDefinition = {
  prefix: '/vod/',
  methods: ['GET', 'HEAD'],
  policy: publicAccess('for the test'),
  handler(request: IncomingMessage, response: ServerResponse, context: RawRouteContext) {
    return (handlers[(request.url ?? '').slice('/vod/'.length)] ?? bytes)(request, response, context);
  },
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

const table = endpoints({ 'GET /api/v1/here': { summary: 'h', responses: { 200: z.object({}) } } });
const here = route(table, 'GET /api/v1/here', { policy: publicAccess('for the test'), tag: 't', handler: async () => ok({}) });

describe('raw routes', () => {
  const metrics = createMetrics({ process: false });
  let edge: FakeEdge;
  let port: number;
  before(async () => {
    edge = fakeEdge([here], { rawRoutes: [raw], metrics });
    port = await edge.server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => edge.server.close());

  function ask(
    path: string,
    { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = open({ host: '127.0.0.1', port, path, method, headers: { host: `talk.localhost:${port}`, ...headers } });
      request.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.end();
    });
  }

  it('are handed the zone of the host, and begin with the headers every answer carries', async () => {
    const answer = await ask('/vod/bytes', { headers: { origin: 'http://app.talk.localhost' } });
    assert.deepEqual([answer.status, answer.text], [200, `talk http://talk.localhost:${port}`]);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['access-control-allow-origin'], 'http://app.talk.localhost');
    assert.equal(answer.headers.vary, 'Origin');
    assert.equal(
      (await ask('/vod/bytes', { headers: { origin: 'http://univ.localhost' } })).headers['access-control-allow-origin'],
      undefined,
    );
  });

  it('leave every other path to the routes', async () => {
    assert.equal((await ask('/api/v1/here')).status, 200);
    assert.equal((await ask('/vodka')).status, 404);
    assert.equal((await ask('/health')).status, 200);
  });

  it('answer unknown hosts, other methods and preflights as everywhere', async () => {
    const stranger = await ask('/vod/bytes', { headers: { host: 'nobody.example' } });
    assert.deepEqual([stranger.status, JSON.parse(stranger.text).code], [404, 'request.zone_unknown']);
    const post = await ask('/vod/bytes', { method: 'POST' });
    assert.deepEqual(
      [post.status, post.headers.allow, JSON.parse(post.text).code],
      [405, 'GET, HEAD, OPTIONS', 'request.method_not_allowed'],
    );
    const preflight = await ask('/vod/bytes', {
      method: 'OPTIONS',
      headers: { origin: 'http://www.talk.localhost', 'access-control-request-method': 'GET' },
    });
    assert.equal(preflight.status, 204);
    assert.match(String(preflight.headers['access-control-allow-headers']), /Range/);
  });

  it('turn refusals and failures into problems, without their cause', async () => {
    const refused = await ask('/vod/refuses');
    assert.equal(refused.status, 404);
    assert.match(String(refused.headers['content-type']), /^application\/problem\+json/);
    assert.equal(JSON.parse(refused.text).detail, 'no such film');
    for (const path of ['/vod/throws', '/vod/forgets']) {
      const failed = await ask(path);
      assert.equal(failed.status, 500, path);
      assert.ok(!failed.text.includes('secret'));
      assert.equal(edge.log.at(-2)?.level, 'error');
    }
  });

  it('cut what breaks off half way, and outlive what is written after the end', async () => {
    await assert.rejects(ask('/vod/breaks-off'), { code: 'ECONNRESET' });
    assert.equal((await ask('/vod/writes-on')).text, 'end');
    assert.equal((await ask('/vod/bytes')).status, 200);
  });

  it('count each answer by prefix and status, and whoever left as 499', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /vod/stays HTTP/1.1\r\nhost: talk.localhost\r\n\r\n`);
    await delay(50);
    socket.destroy();
    await delay(50);
    const text = await metrics.render();
    const counted = (status: number) =>
      Number(new RegExp(`_count\\{[^}]*route="/vod/",status="${status}",zone="talk"\\} (\\d+)`).exec(text)?.[1]);
    assert.equal(counted(499), 1);
    assert.ok(counted(200) >= 3);
    assert.equal(counted(404), 1);
  });

  it('must be public and apart from each other', () => {
    assert.throws(() => fakeEdge([], { rawRoutes: [{ ...raw, policy: signedIn('people only') }] }), /can only be public/);
    assert.throws(() => fakeEdge([], { rawRoutes: [raw, { ...raw, prefix: '/vod/t/' }] }), /overlap/);
    assert.throws(() => fakeEdge([], { rawRoutes: [{ ...raw, prefix: '/vod' as '/vod/' }] }), /begin and end with a slash/);
  });
});

describe('raw routes at close', () => {
  it('finish what is under way', async () => {
    const { server } = fakeEdge([], { rawRoutes: [raw] });
    const port = await server.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      heard += part;
    });
    socket.write('GET /vod/slow HTTP/1.1\r\nhost: talk.localhost\r\n\r\n');
    const ended = once(socket, 'close');
    await delay(50);
    await Promise.all([server.close(), ended]);
    assert.match(heard, /200 OK[\s\S]*connection: close[\s\S]*slow/i);
  });
});
