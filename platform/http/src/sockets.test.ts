import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { created, endpoints, noContent, ok, permits, publicAccess, route } from '@madang/kernel';
import { z } from 'zod';
import { type FakeEdge, fakeEdge } from './fake-edge.ts';

const table = endpoints({
  'POST /api/v1/echo': { summary: 'Echo', body: z.object({ text: z.string() }), responses: { 200: z.object({ length: z.number() }) } },
  'POST /api/v1/upload': { summary: 'Upload', responses: { 201: z.object({ bytes: z.number() }), 204: null } },
  'POST /api/v1/closed-upload': { summary: 'Upload', responses: { 204: null } },
  'GET /api/v1/slow': { summary: 'Slow', responses: { 204: null } },
  'GET /api/v1/waits': { summary: 'Waits', responses: { 204: null } },
  'GET /api/v1/endless': { summary: 'Endless', responses: { 200: 'stream' } },
  'GET /api/v1/breaks': { summary: 'Breaks', query: z.object({ after: z.coerce.number() }), responses: { 200: 'stream' } },
});
const openly = publicAccess('for the test');

/** A reset is one way of being closed: `once` of node:events would call it a failure. */
const closeOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });

/** What the handlers saw, awaited by the tests. */
function signals() {
  const seen: Record<string, PromiseWithResolvers<unknown>> = {};
  return (name: string) => {
    seen[name] ??= Promise.withResolvers();
    return seen[name];
  };
}

describe('real sockets', () => {
  const saw = signals();
  let edge: FakeEdge;
  let port = 0;

  const routes = [
    route(table, 'POST /api/v1/echo', {
      policy: openly,
      tag: 't',
      limits: { body: 1000, timeoutMs: 300 },
      handler: async ({ body }) => ok({ length: body.text.length }),
    }),
    route(table, 'POST /api/v1/upload', {
      policy: openly,
      tag: 't',
      limits: { body: 'stream' },
      handler: async ({ stream, headers }) => {
        if (headers['x-unread'] !== undefined) return noContent();
        let bytes = 0;
        for await (const chunk of stream) bytes += (chunk as Buffer).length;
        return created({ bytes });
      },
    }),
    route(table, 'POST /api/v1/closed-upload', {
      policy: permits('file:create'),
      tag: 't',
      limits: { body: 'stream' },
      handler: async () => noContent(),
    }),
    route(table, 'GET /api/v1/slow', {
      policy: openly,
      tag: 't',
      limits: { timeoutMs: 50 },
      handler: async ({ signal }) => {
        await once(signal, 'abort');
        saw('timeout').resolve(signal.reason);
        return noContent();
      },
    }),
    route(table, 'GET /api/v1/waits', {
      policy: openly,
      tag: 't',
      handler: async ({ signal, headers }) => {
        saw(`waiting ${headers['x-until'] ?? ''}`).resolve(null);
        if (headers['x-until'] === 'closing') await saw('closing').promise;
        else {
          await once(signal, 'abort');
          saw('abort').resolve(signal.reason);
          throw signal.reason;
        }
        return noContent();
      },
    }),
    route(table, 'GET /api/v1/endless', {
      policy: openly,
      tag: 't',
      handler: async () => {
        const stream = new Readable({
          read() {
            setImmediate(() => this.destroyed || this.push(Buffer.alloc(1000)));
          },
        });
        stream.once('close', () => saw('stream closed').resolve(null));
        return ok(stream);
      },
    }),
    route(table, 'GET /api/v1/breaks', {
      policy: openly,
      tag: 't',
      handler: async ({ query }) =>
        ok(
          Readable.from(
            (async function* () {
              for (let i = 0; i < query.after; i++) yield Buffer.alloc(100);
              throw new Error('the disk is gone');
            })(),
            { objectMode: false },
          ),
        ),
    }),
  ];

  before(async () => {
    edge = fakeEdge(routes, { drainMs: 2000 });
    port = await edge.server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => edge.server.close());

  async function open(): Promise<Socket & { next(pattern: RegExp): Promise<string> }> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => {});
    let text = '';
    let check = () => {};
    socket.on('data', (chunk) => {
      text += chunk;
      check();
    });
    socket.on('close', () => check());
    return Object.assign(socket, {
      /** Everything received up to and with the pattern. */
      next: (pattern: RegExp) =>
        new Promise<string>((resolve, reject) => {
          check = () => {
            const match = pattern.exec(text);
            if (match !== null) {
              const end = match.index + match[0].length;
              resolve(text.slice(0, end));
              text = text.slice(end);
              check = () => {};
            } else if (socket.destroyed) reject(new Error(`closed after ${JSON.stringify(text)}`));
          };
          check();
        }),
    });
  }
  const head = (method: string, path: string, ...lines: string[]) =>
    `${[`${method} ${path} HTTP/1.1`, 'Host: talk.localhost', ...lines].join('\r\n')}\r\n\r\n`;

  it('refuses an announced giant at once and keeps the connection', async () => {
    const socket = await open();
    socket.write(head('POST', '/api/v1/echo', 'Content-Type: application/json', 'Content-Length: 5000'));
    const refused = await socket.next(/"requestId":"[^"]+"\}/);
    assert.match(refused, /^HTTP\/1\.1 413 /);
    socket.write('x'.repeat(5000));
    socket.write(`${head('POST', '/api/v1/echo', 'Content-Type: application/json', 'Content-Length: 13')}{"text":"ab"}`);
    assert.match(await socket.next(/\{"length":2\}/), /HTTP\/1\.1 200 OK/);
    socket.destroy();
  });

  it('refuses an unannounced one when it has grown too large', async () => {
    const socket = await open();
    socket.write(head('POST', '/api/v1/echo', 'Content-Type: application/json', 'Transfer-Encoding: chunked'));
    socket.write(`400\r\n${'x'.repeat(1024)}\r\n`);
    assert.match(await socket.next(/"requestId":"[^"]+"\}/), /^HTTP\/1\.1 413 /);
    socket.write('0\r\n\r\n');
    socket.write(head('GET', '/health'));
    assert.match(await socket.next(/\{"status":"ok"\}/), /HTTP\/1\.1 200 OK/);
    socket.destroy();
  });

  it('cuts off who goes on sending for ever', async () => {
    const socket = await open();
    socket.write(head('POST', '/api/v1/echo', 'Content-Type: application/json', 'Content-Length: 900000000'));
    await socket.next(/^HTTP\/1\.1 413 /);
    const closed = closeOf(socket);
    const chunk = Buffer.alloc(64 * 1024);
    const feed = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', feed);
    feed();
    await closed;
  });

  it('gives up on a body that does not come', async () => {
    const socket = await open();
    socket.write(head('POST', '/api/v1/echo', 'Content-Type: application/json', 'Content-Length: 100'));
    socket.write('{');
    const answer = await socket.next(/"requestId":"[^"]+"\}/);
    assert.match(answer, /^HTTP\/1\.1 503 /);
    assert.match(answer, /"code":"request\.timed_out"/);
    socket.destroy();
  });

  it('lets the body come only when it is wanted (100-continue)', async () => {
    const socket = await open();
    const ask = (path: string) => head('POST', path, 'Expect: 100-continue', 'Content-Length: 5');
    socket.write(ask('/api/v1/upload'));
    await socket.next(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    socket.write('12345');
    assert.match(await socket.next(/\{"bytes":5\}/), /^HTTP\/1\.1 201 Created/);
    socket.write(ask('/api/v1/closed-upload'));
    assert.match(await socket.next(/"requestId":"[^"]+"\}/), /^HTTP\/1\.1 401 /);
    await closeOf(socket);
  });

  it('drains what a handler left unread', async () => {
    const socket = await open();
    socket.write(`${head('POST', '/api/v1/upload', 'X-Unread: 1', 'Content-Length: 200000')}${'x'.repeat(200_000)}`);
    socket.write(`${head('POST', '/api/v1/upload', 'Content-Length: 3')}abc`);
    const both = await socket.next(/\{"bytes":3\}/);
    assert.match(both, /^HTTP\/1\.1 204 No Content/);
    socket.destroy();
  });

  it('stops a route whose time is over, and tells its signal', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/slow`, { headers: { host: 'talk.localhost' } }).catch(() => undefined);
    assert.equal(response?.status, 404, 'fetch sends its own Host');
    const socket = await open();
    socket.write(head('GET', '/api/v1/slow'));
    assert.match(await socket.next(/"requestId":"[^"]+"\}/), /^HTTP\/1\.1 503 .*Retry-After: 5/s);
    assert.equal(((await saw('timeout').promise) as { code: string }).code, 'request.timed_out');
    socket.destroy();
  });

  it('tells the handler that its client left, and calls that no error', async () => {
    const socket = await open();
    socket.write(head('GET', '/api/v1/waits'));
    await saw('waiting ').promise;
    socket.destroy();
    assert.equal(((await saw('abort').promise) as Error).name, 'ClientGone');
    await new Promise(setImmediate);
    assert.deepEqual(
      edge.log.filter((line) => line.level === 'error'),
      [],
    );
  });

  it('destroys a stream whose reader left', async () => {
    const socket = await open();
    socket.write(head('GET', '/api/v1/endless'));
    await socket.next(/HTTP\/1\.1 200 OK/);
    socket.destroy();
    await saw('stream closed').promise;
  });

  it('answers a stream that fails at once, cuts one that fails later', async () => {
    const socket = await open();
    socket.write(head('GET', '/api/v1/breaks?after=0'));
    assert.match(await socket.next(/"requestId":"[^"]+"\}/), /^HTTP\/1\.1 500 /);
    socket.write(head('GET', '/api/v1/breaks?after=3'));
    await socket.next(/HTTP\/1\.1 200 OK/);
    await closeOf(socket);
  });

  it('answers what is not HTTP, and heads that are too long', async () => {
    const nonsense = await open();
    nonsense.write('hello there\r\n\r\n');
    assert.match(await nonsense.next(/"requestId":"[^"]+"\}/), /^HTTP\/1\.1 400 .*problem\+json/s);
    const long = await open();
    long.write(head('GET', '/', `X-Long: ${'x'.repeat(20_000)}`));
    assert.match(await long.next(/"requestId":"[^"]+"\}/), /^HTTP\/1\.1 431 /);
  });

  it('finishes what is under way, then closes', async () => {
    const idle = await open();
    idle.write(head('GET', '/health'));
    await idle.next(/\{"status":"ok"\}/);
    const answer = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/api/v1/waits',
        headers: { host: 'talk.localhost', 'x-until': 'closing', connection: 'keep-alive' },
      };
      httpRequest(options, (response) => {
        response.resume();
        resolve({ status: response.statusCode, connection: response.headers.connection });
      })
        .on('error', reject)
        .end();
    });
    await saw('waiting closing').promise;
    const idleClosed = closeOf(idle);
    const closed = edge.server.close();
    await idleClosed;
    assert.equal((edge.server.fastify.server.address() as AddressInfo | null)?.port, undefined, 'takes nobody new');
    saw('closing').resolve(null);
    assert.deepEqual(await answer, { status: 204, connection: 'close' });
    await closed;
    await edge.server.close();
  });
});
