import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { assertProblem, soon } from '../harness/assert-problem.ts';
import type { Answer } from '../harness/http-client.ts';
import { type SignedIn, startTestMadang, type TestMadang } from '../harness/start-test-madang.ts';

const TUS = { 'tus-resumable': '1.0.0' } as const;
const BYTES = 40_000_000;

describe('uploads over HTTP', () => {
  let madang: TestMadang;
  let mina: SignedIn;
  let film: Buffer;
  before(async () => {
    madang = await startTestMadang();
    mina = await madang.account('talk', 'student');
    film = randomBytes(BYTES);
  });
  after(() => madang.close());

  const ask = (method: string, path: string, headers: Record<string, string> = {}, raw?: Buffer): Promise<Answer> =>
    mina.client.ask(path, { method, token: mina.token, headers: { ...TUS, ...headers }, ...(raw && { raw }) });
  const create = async (length = film.length): Promise<string> => {
    const made = await ask('POST', '/api/v1/uploads', {
      'upload-length': String(length),
      'upload-metadata': `filename ${btoa('film.mp4')}`,
    });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.headers['tus-resumable'], '1.0.0');
    assert.ok(Date.parse(String(made.headers['upload-expires'])) > Date.now());
    assert.match(String(made.headers.location), /^\/api\/v1\/uploads\/upload_[0-9a-z]+$/);
    return String(made.headers.location);
  };
  const bytesAt = (offset: number) => ({ 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' });
  const standsAt = async (at: string): Promise<number> => {
    const head = await ask('HEAD', at);
    assert.equal(head.status, 200);
    assert.deepEqual([head.headers['upload-length'], head.headers['cache-control']], [String(film.length), 'no-store']);
    return Number(head.headers['upload-offset']);
  };
  /** Sends the beginning of a body that was announced longer, then cuts the connection. */
  const cutOff = (at: string, offset: number, bytes: number): Promise<void> =>
    new Promise((resolve) => {
      const headers = { ...TUS, ...bytesAt(offset), host: mina.client.host, authorization: `Bearer ${mina.token}` };
      const length = { 'content-length': String(film.length - offset) };
      const sent = request({
        host: '127.0.0.1',
        port: madang.port,
        path: at,
        method: 'PATCH',
        headers: { ...headers, ...length },
        agent: false,
      });
      sent.on('error', () => {});
      sent.on('close', () => resolve());
      sent.write(film.subarray(offset, offset + bytes), () => setTimeout(() => sent.destroy(), 100));
    });

  it('says to anyone what it can do, and to browsers what they may send', async () => {
    const said = await madang.client('talk').ask('/api/v1/uploads', { method: 'OPTIONS' });
    assert.equal(said.status, 204);
    assert.equal(said.headers['tus-version'], '1.0.0');
    assert.equal(said.headers['tus-extension'], 'creation,creation-with-upload,expiration,checksum,termination');
    assert.equal(said.headers['tus-max-size'], '20000000000');
    const preflight = await madang.client('talk').ask('/api/v1/uploads/upload_1', {
      method: 'OPTIONS',
      headers: { origin: mina.client.origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'upload-offset' },
    });
    assert.equal(preflight.status, 204);
    assert.match(String(preflight.headers['access-control-allow-methods']), /PATCH/);
    assert.match(String(preflight.headers['access-control-allow-headers']), /Upload-Offset/);
  });

  it('goes on after cut connections, and ends whole', { timeout: 60_000 }, async () => {
    const at = await create();
    let offset = 0;
    for (const bytes of [3_000_000, 20_000_000]) {
      await cutOff(at, offset, bytes);
      const now = await soon(async () => {
        const stands = await standsAt(at);
        return stands > offset && stands;
      }, 'counting what came');
      assert.ok(now > offset && now <= offset + bytes);
      offset = now;
    }
    for (; offset < film.length; offset = Math.min(film.length, offset + 10_000_000)) {
      let sent = await ask('PATCH', at, bytesAt(offset), film.subarray(offset, offset + 10_000_000));
      if (sent.status === 409) {
        // The end of what was cut off was counted only now: a client asks again where it stands.
        offset = await standsAt(at);
        sent = await ask('PATCH', at, bytesAt(offset), film.subarray(offset, offset + 10_000_000));
      }
      assert.equal(sent.status, 204, sent.text);
      assert.equal(Number(sent.headers['upload-offset']), Math.min(film.length, offset + 10_000_000));
    }
    const { items } = (await ask('GET', '/api/v1/uploads')).json<{ items: { id: string; state: string }[] }>();
    assert.deepEqual(items.find((item) => at.endsWith(item.id))?.state, 'complete');
    assert.equal((await ask('DELETE', at)).status, 204);
    assertProblem(await ask('GET', at), 405, 'request.method_not_allowed');
  });

  it('tells a wrong checksum by 460, and takes the right one', async () => {
    const at = await create();
    const piece = film.subarray(0, 1_000_000);
    const sum = (bytes: Buffer) => ({ 'upload-checksum': `sha1 ${createHash('sha1').update(bytes).digest('base64')}` });
    assertProblem(await ask('PATCH', at, { ...bytesAt(0), ...sum(film) }, piece), 460, 'media.upload_checksum_mismatch');
    assert.equal(await standsAt(at), 0);
    assert.equal((await ask('PATCH', at, { ...bytesAt(0), ...sum(piece) }, piece)).status, 204);
    assertProblem(await ask('PATCH', at, bytesAt(5), piece), 409, 'media.upload_offset');
    assertProblem(await ask('PATCH', at, { ...bytesAt(1_000_000), 'content-type': 'video/mp4' }, piece), 415, 'request.unsupported_type');
    assertProblem(await ask('PATCH', at, { ...bytesAt(1_000_000), 'tus-resumable': '0.2.2' }, piece), 412, 'media.tus_version');
    assert.equal(await standsAt(at), 1_000_000);
  });

  it('is for accounts, and for its owner alone', async () => {
    const at = await create();
    const guest = await madang.guest('talk');
    const refused = await guest.client.ask('/api/v1/uploads', {
      method: 'POST',
      token: guest.token,
      headers: { ...TUS, 'upload-length': '5' },
    });
    assertProblem(refused, 403, 'media.account_needed');
    const jun = await madang.account('talk', 'student');
    for (const method of ['HEAD', 'DELETE']) {
      const answer = await jun.client.ask(at, { method, token: jun.token, headers: TUS });
      assert.equal(answer.status, 404);
    }
    const tooLarge = await ask('POST', '/api/v1/uploads', { 'upload-length': '20000000001' });
    assertProblem(tooLarge, 413, 'media.upload_too_large');
    assert.equal(tooLarge.json<{ maxBytes: number }>().maxBytes, 20_000_000_000);
    const limits = (await ask('GET', '/api/v1/uploads/limits')).json<{ usedBytes: number; limitBytes: number }>();
    assert.deepEqual([limits.usedBytes % film.length, limits.limitBytes], [0, 20_000_000_000]);
  });
});
