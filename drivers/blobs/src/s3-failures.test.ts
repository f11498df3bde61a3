import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { buffer, text as readText } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { BlobChecksumMismatch, BlobTooLarge, type Logger, requestErrors, silentLogger } from '@madang/kernel';
import { createS3Blobs, type S3Blobs } from './s3-blobs.ts';

const MIB = 1024 * 1024;
const text = { contentType: 'text/plain' };
const unavailable = { name: 'MadangError', code: requestErrors.unavailable.code };
/** Reads a request to its end and answers it. */
type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const xml = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'Content-Type': 'application/xml', ...headers }).end(body);
};
const problem =
  (status: number, code: string): Answer =>
  (_, response) =>
    xml(response, status, `<Error><Code>${code}</Code><Message>m</Message></Error>`);

/** A store that answers what each test wants it to: the failures that a real one cannot be asked for. */
describe('blobs in an S3 that fails', () => {
  let server: Server;
  let store: S3Blobs;
  let answer: Answer;
  let requests: string[];
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) };
  const optionsAt = (port: number) => ({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'b',
    accessKeyId: 'a',
    secretAccessKey: 's',
    forcePathStyle: true,
    logger,
    partBytes: 5 * MIB,
    idleTimeoutMs: 300,
  });
  const portOf = (listening: Server): number => (listening.address() as AddressInfo).port;
  const methods = (): string[] => requests.map((line) => line.replace(/=[^&]*/g, ''));

  before(async () => {
    server = createServer(async (request, response) => {
      requests.push(`${request.method} ${decodeURI(request.url ?? '')}`.replace(/[?&]x-id=\w+/, ''));
      const body = await buffer(request).catch(() => undefined);
      if (body !== undefined) answer(request, response, body); // else the client has gone
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  beforeEach(async () => {
    requests = [];
    answer = (_, response) => xml(response, 200, '<ListMultipartUploadsResult/>');
    // One for each test: the SDK tries again less and less often while a store fails.
    store = await createS3Blobs(optionsAt(portOf(server)));
    requests = [];
    warnings.length = 0;
  });
  afterEach(() => store.close());

  const everything = (blobs: S3Blobs): [what: string, call: () => Promise<unknown>][] => [
    ['put', () => blobs.put('zones/hurt/a', Buffer.from('x'), text)],
    ['find', () => blobs.find('zones/hurt/a')],
    ['get', () => blobs.get('zones/hurt/a')],
    ['copy', () => blobs.copy('zones/hurt/a', 'zones/hurt/b')],
    ['delete', () => blobs.delete('zones/hurt/a')],
    ['list', () => blobs.list('zones/hurt/')],
  ];

  it('says request.unavailable for a store that is not there, and starts all the same with a warning', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const port = portOf(gone);
    gone.close();
    await once(gone, 'close');
    const absent = await createS3Blobs(optionsAt(port));
    try {
      assert.match(warnings.join(), /does not answer/);
      await Promise.all(everything(absent).map(([what, call]) => assert.rejects(call(), unavailable, what)));
    } finally {
      await absent.close();
    }
  });

  for (const [what, failing] of [
    ['500', problem(500, 'InternalError')],
    ['503, busy', problem(503, 'SlowDown')],
    ["a proxy's page", (_, response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html><p>Bad gateway<br></html>')],
    ['connections that break off', (request) => request.socket.destroy()],
  ] as [string, Answer][]) {
    it(`says request.unavailable after some tries: ${what}`, async () => {
      answer = failing;
      const calls = everything(store);
      await Promise.all(calls.map(([name, call]) => assert.rejects(call(), unavailable, name)));
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
        assert.ok(requests.filter((line) => line.startsWith(method)).length > 1, `${method} is tried again`);
      }
    });
  }

  it('says request.unavailable for a store that is silent', async () => {
    answer = () => {};
    await assert.rejects(store.find('zones/hurt/a'), unavailable);
  });

  it('tries again what passes by', async () => {
    answer = (request, response, body) => {
      if (requests.length < 3) problem(503, 'SlowDown')(request, response, body);
      else response.writeHead(204).end();
    };
    await store.delete('zones/hurt/a');
    assert.equal(requests.length, 3);
  });

  for (const code of ['QuotaExceeded', 'InsufficientStorage']) {
    it(`says that the store is full in the words of a full disk: ${code}`, async () => {
      answer = problem(code === 'QuotaExceeded' ? 403 : 507, code);
      await assert.rejects(store.put('zones/hurt/a', Buffer.from('x'), text), { code: 'ENOSPC' });
    });
  }

  it('names the setting when the store refuses, and does not try again', async () => {
    answer = problem(403, 'SignatureDoesNotMatch');
    await assert.rejects(store.list('zones/hurt/'), /403 SignatureDoesNotMatch: look at the access key/);
    assert.equal(requests.length, 1);
  });

  it('starts where unfinished uploads may not be listed, and says so', async () => {
    answer = (request, response, body) =>
      request.method === 'HEAD' ? void response.writeHead(200).end() : problem(403, 'AccessDenied')(request, response, body);
    await (await createS3Blobs(optionsAt(portOf(server)))).close();
    assert.match(warnings.join(), /could not be swept/);
  });

  describe('a body that is cut', () => {
    const whole = Buffer.from('0123456789');
    const serve = (request: IncomingMessage, response: ServerResponse, upTo: number, etag = '"e"'): void => {
      const [, first, last] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const start = Number(first ?? 0);
      const end = last ? Number(last) : whole.length - 1;
      if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag) {
        xml(response, 412, '<Error><Code>PreconditionFailed</Code></Error>');
        return;
      }
      response.writeHead(first === undefined ? 200 : 206, {
        'Content-Length': end - start + 1,
        ETag: etag,
        ...(first !== undefined && { 'Content-Range': `bytes ${start}-${end}/${whole.length}` }),
      });
      response.flushHeaders();
      if (upTo > end) response.end(whole.subarray(start, end + 1));
      else response.write(whole.subarray(start, upTo), () => setImmediate(() => request.socket.destroy()));
    };

    it('is taken up where it ended', async () => {
      answer = (request, response) => serve(request, response, requests.length * 3);
      assert.equal(await readText((await store.get('zones/hurt/a')).body), '0123456789');
      assert.equal(requests.length, 4);
    });

    it('is taken up within the range that was asked for', async () => {
      answer = (request, response) => serve(request, response, requests.length * 4);
      assert.equal(await readText((await store.get('zones/hurt/a', { start: 2, end: 8 })).body), '2345678');
    });

    it('fails the reader when it is cut again and again without a byte', async () => {
      answer = (request, response) => serve(request, response, 3);
      await assert.rejects(readText((await store.get('zones/hurt/a')).body), unavailable);
    });

    it('is never made of two objects', async () => {
      answer = (request, response) => serve(request, response, requests.length * 3, `"e${requests.length}"`);
      await assert.rejects(readText((await store.get('zones/hurt/a')).body), { ...unavailable, message: /replaced while it was read/ });
    });

    it('is nothing to a reader who has gone', async () => {
      answer = (request, response) => serve(request, response, 3);
      const { body } = await store.get('zones/hurt/a');
      body.destroy();
      await once(body, 'close');
      assert.equal(requests.length, 1);
    });
  });

  describe('an upload in parts', () => {
    /** A store that takes uploads in parts, where `fail` lets it, and knows what it has completed. */
    const parts = (fail: Record<string, Answer>): Answer => {
      let put = '';
      let isStored = false;
      return (request, response, body) => {
        const [action = ''] = methods().slice(-1);
        if (request.method === 'POST' && action.endsWith('uploads')) put = String(request.headers['x-amz-meta-put']);
        if (request.method === 'POST' && action.endsWith('uploadId')) isStored = true;
        const failing = fail[`${request.method}${/\?/.test(action) ? '?' : ''}`];
        if (failing !== undefined && !action.endsWith('uploads')) failing(request, response, body);
        else if (request.method === 'HEAD') {
          if (isStored)
            response.writeHead(200, { 'x-amz-meta-put': put, ETag: '"whole"', 'Last-Modified': new Date(0).toUTCString() }).end();
          else response.writeHead(404).end();
        } else if (request.method === 'DELETE') response.writeHead(204).end();
        else if (request.method === 'PUT') response.writeHead(200, { ETag: '"part"' }).end();
        else if (action.endsWith('uploads')) {
          xml(response, 200, '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
        } else xml(response, 200, '<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>');
      };
    };
    const body = Buffer.alloc(11 * MIB, 7);
    const abandoned = (): boolean => methods().includes('DELETE /b/zones/hurt/a?uploadId');

    it('has the etag of the object when the completion answers without one', async () => {
      answer = parts({});
      const info = await store.put('zones/hurt/a', body, text);
      assert.deepEqual([info.etag, info.bytes, info.lastModified], ['whole', body.length, new Date(0)]);
      assert.ok(!abandoned());
    });

    it('is abandoned when a part fails for good', async () => {
      answer = parts({ 'PUT?': problem(500, 'InternalError') });
      await assert.rejects(store.put('zones/hurt/a', body, text), unavailable);
      assert.ok(abandoned());
      assert.ok(!methods().includes('POST /b/zones/hurt/a?uploadId'), 'never completed');
    });

    it('lets go of its source when a part fails for good', async () => {
      answer = parts({ 'PUT?': problem(403, 'AccessDenied') });
      const source = new PassThrough();
      source.write(Buffer.alloc(6 * MIB));
      setTimeout(() => source.write(Buffer.alloc(12 * MIB)), 50);
      await assert.rejects(store.put('zones/hurt/a', source, text), /403 AccessDenied/);
      assert.ok(source.destroyed);
      assert.ok(abandoned());
    });

    it('is whole though the answer to its completion was lost', async () => {
      answer = parts({ 'POST?': (request) => request.socket.destroy() });
      assert.equal((await store.put('zones/hurt/a', body, text)).bytes, body.length);
      answer = parts({ 'POST?': problem(404, 'NoSuchUpload') });
      assert.equal((await store.put('zones/hurt/a', body, text)).bytes, body.length);
      assert.ok(!abandoned());
    });

    it('is refused before anything is sent when its bytes are known to be wrong', async () => {
      answer = parts({});
      await assert.rejects(store.put('zones/hurt/a', body, { ...text, maxBytes: 5 }), BlobTooLarge);
      await assert.rejects(store.put('zones/hurt/a', body, { ...text, sha256: '0'.repeat(64) }), BlobChecksumMismatch);
      assert.deepEqual(requests, []);
    });

    it('says that its parts stay when they cannot be removed', async () => {
      answer = parts({ 'PUT?': problem(403, 'AccessDenied'), 'DELETE?': problem(403, 'AccessDenied') });
      await assert.rejects(store.put('zones/hurt/a', body, text), /403 AccessDenied/);
      assert.match(warnings.join(), /stay in the object store/);
    });
  });
});
