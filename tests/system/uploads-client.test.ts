import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from '../harness/assert-problem.ts';
import { openUpload } from '../harness/films.ts';
import type { Answer } from '../harness/http-client.ts';
import { lookInto } from '../harness/stall.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

const TUS = { 'tus-resumable': '1.0.0' } as const;

/** What is used here of tus-js-client. */
interface TusUpload {
  readonly url: string | null;
  start(): void;
  abort(): Promise<void>;
}
interface TusClient {
  readonly Upload: new (bytes: Buffer, options: object) => TusUpload;
  readonly DefaultHttpStack: new (options: object) => object;
}
/** The client that the pages upload with, as the pages' own workspace has it. */
const tus = createRequire(new URL('../../apps/web/package.json', import.meta.url))('tus-js-client') as TusClient;

describe('uploads as clients make them', () => {
  let madang: TestMadang;
  let mina: SignedIn;
  before(async () => {
    madang = await startTestMadang();
    mina = await madang.account('piyakast', 'student');
  });
  after(() => madang.close());
  const ask = (who: SignedIn, method: string, path: string, headers: Record<string, string> = {}, raw?: Buffer): Promise<Answer> =>
    who.client.ask(path, { method, token: who.token, headers: { ...TUS, ...headers }, ...(raw && { raw }) });
  const bytesAt = (offset: number) => ({ 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' });
  const partsOf = (id: string) =>
    lookInto<{ start: number; bytes: number }>(
      madang.ownerUrl,
      'select start::int, bytes::int from media.upload_parts where upload_id = $1 order by start',
      [id],
    );

  it('tus-js-client brings 20 MB in pieces of 1 MB, is stopped, and goes on in another tab', { timeout: 60_000 }, async () => {
    const bytes = randomBytes(20_000_000);
    const options = {
      endpoint: `http://${mina.client.host}/api/v1/uploads`,
      httpStack: new tus.DefaultHttpStack({ hostname: '127.0.0.1', agent: false }),
      headers: { host: mina.client.host, authorization: `Bearer ${mina.token}` },
      metadata: { filename: '마당 영상.mp4', filetype: 'video/mp4' },
      chunkSize: 1_000_000,
      retryDelays: null,
    };
    let accepted = 0;
    const first = await new Promise<TusUpload>((resolve, reject) => {
      const upload = new tus.Upload(bytes, {
        ...options,
        onError: reject,
        onChunkComplete: (_size: number, all: number) => {
          accepted = all;
          if (all >= 7_000_000) void upload.abort().then(() => resolve(upload));
        },
      });
      upload.start();
    });
    const begun: number[] = [];
    await new Promise<void>((resolve, reject) => {
      const upload = new tus.Upload(bytes, {
        ...options,
        uploadUrl: first.url,
        onError: reject,
        onProgress: (sent: number) => begun.push(sent),
        onSuccess: () => resolve(),
      });
      upload.start();
    });
    assert.ok((begun[0] ?? 0) >= accepted && accepted >= 7_000_000, `${begun[0]} after ${accepted}`);
    const id = first.url?.split('/').at(-1) as string;
    const { items } = (await ask(mina, 'GET', '/api/v1/uploads')).json<{ items: Record<string, unknown>[] }>();
    const { name, contentType, received, state } = items.find((one) => one.id === id) ?? {};
    assert.deepEqual([name, contentType, received, state], ['마당 영상.mp4', 'video/mp4', bytes.length, 'complete']);
    let end = 0;
    for (const part of await partsOf(id)) {
      assert.equal(part.start, end);
      end += part.bytes;
    }
    assert.equal(end, bytes.length);
  });

  it('two requests at once for the same place: one is taken, the other told where the upload is', async () => {
    const bytes = randomBytes(3_000_000);
    const { id, location } = await openUpload(mina, 'film.mp4', bytes.length * 2);
    const answers = await Promise.all([1, 2].map(() => ask(mina, 'PATCH', location, bytesAt(0), bytes)));
    const refused = answers.find(({ status }) => status !== 204) ?? assert.fail('both were taken');
    assert.equal(answers.filter(({ status }) => status === 204).length, 1);
    assertProblem(refused, 409, 'media.upload_offset');
    assert.equal(refused.json<{ offset: number }>().offset, bytes.length);
    assert.deepEqual(await partsOf(id), [{ start: 0, bytes: bytes.length }]);
  });

  it('more than was announced is refused, and what was right is kept', async () => {
    const bytes = randomBytes(1000);
    const { location } = await openUpload(mina, 'film.mp4', 1500);
    assert.equal((await ask(mina, 'PATCH', location, bytesAt(0), bytes)).status, 204);
    const refused = await ask(mina, 'PATCH', location, bytesAt(1000), bytes);
    assertProblem(refused, 413, 'media.upload_overrun');
    assert.equal(refused.json<{ length: number }>().length, 1500);
    const stands = await ask(mina, 'HEAD', location);
    assert.deepEqual([stands.headers['upload-offset'], stands.headers['upload-length']], ['1000', '1500']);
    const digest = createHash('sha256').update(bytes.subarray(0, 500)).digest('base64');
    const sum = { 'upload-checksum': `sha256 ${digest}` };
    assert.equal((await ask(mina, 'PATCH', location, { ...bytesAt(1000), ...sum }, bytes.subarray(0, 500))).status, 204);
  });

  it('what does not fit is refused before a byte, with the numbers; giving up gives back', async () => {
    const jun = await madang.account('piyakast', 'student');
    const { location } = await openUpload(jun, 'most.mp4', 19_000_000_000);
    const limits = async () => (await ask(jun, 'GET', '/api/v1/uploads/limits')).json<{ usedBytes: number; limitBytes: number }>();
    assert.deepEqual(await limits().then(({ usedBytes, limitBytes }) => [usedBytes, limitBytes]), [19_000_000_000, 20_000_000_000]);
    const refused = await ask(jun, 'POST', '/api/v1/uploads', { 'upload-length': '1000000001' });
    assertProblem(refused, 413, 'media.quota_exceeded');
    const { neededBytes, usedBytes, limitBytes } = refused.json<Record<string, number>>();
    assert.deepEqual([neededBytes, usedBytes, limitBytes], [1_000_000_001, 19_000_000_000, 20_000_000_000]);
    for (const [who, status] of [
      [mina, 404],
      [jun, 204],
      [jun, 404],
    ] as const)
      assert.equal((await ask(who, 'DELETE', location)).status, status);
    assert.equal((await limits()).usedBytes, 0);
    assert.equal((await ask(jun, 'POST', '/api/v1/uploads', { 'upload-length': '20000000000' })).status, 201);
  });

  it('another one cannot write it, nor make a video of it', async () => {
    const jun = await madang.account('piyakast', 'student');
    const { id, location } = await openUpload(mina, 'film.mp4', 10);
    assertProblem(await ask(jun, 'PATCH', location, bytesAt(0), randomBytes(10)), 404, 'media.upload_not_found');
    const made = await jun.client.ask('/api/v1/videos', { token: jun.token, body: { uploadId: id, title: 'Mine', visibility: 'public' } });
    assertProblem(made, 404, 'media.upload_not_found');
    assert.equal((await ask(mina, 'HEAD', location)).headers['upload-offset'], '0');
  });

  it('an upload that a video was made of ends with the video', async () => {
    const { id, location } = await openUpload(mina, 'film.mp4', 10);
    const body = { uploadId: id, title: 'Unfinished', visibility: 'private' };
    const made = await mina.client.ask('/api/v1/videos', { token: mina.token, body });
    assert.equal(made.status, 201, made.text);
    assertProblem(await ask(mina, 'DELETE', location), 409, 'media.upload_taken');
    const twice = await mina.client.ask('/api/v1/videos', { token: mina.token, body });
    assertProblem(twice, 409, 'media.upload_taken');
    const gone = await mina.client.ask(`/api/v1/videos/${made.json<{ id: string }>().id}`, { method: 'DELETE', token: mina.token });
    assert.equal(gone.status, 204);
    for (let tries = 0; tries < 50; tries++) {
      if ((await ask(mina, 'HEAD', location)).status === 404) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail('the upload is still there');
  });
});
