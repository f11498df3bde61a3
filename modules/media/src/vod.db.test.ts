import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request as open, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createFileBlobs } from '@madang/blobs';
import { type BlobStore, MadangError, silentLogger, sql, type ZoneContext } from '@madang/kernel';
import { type TestClock, type TestDatabase, testClock, testDatabase } from '@madang/testing';
import type { AssetAccess } from './asset.ts';
import { createVod, type Vod, type VodDeps } from './vod.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const WEEK = 'public, max-age=604800, immutable';
const listOf = (segments: number, ended: boolean): string =>
  `#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n${Array.from({ length: segments }, (_, at) => `#EXTINF:4.000000,\ns0000${at}.m4s\n`).join('')}${ended ? '#EXT-X-ENDLIST\n' : ''}`;

describe('vod', () => {
  let t: TestDatabase;
  let root: string;
  let blobs: BlobStore;
  let clock: TestClock;
  let univ: ZoneContext;
  let talk: ZoneContext;
  let vod: Vod;
  let server: Server;
  const segment = randomBytes(700_000);

  before(async () => {
    t = await testDatabase();
    root = await mkdtemp(path.join(tmpdir(), 'madang-vod-'));
    blobs = await createFileBlobs({ root, logger: silentLogger });
    clock = testClock(new Date('2026-11-21T09:00:00Z'));
    univ = t.zone('univ');
    talk = t.zone('talk');
    vod = createVod(depsOf(blobs));
    server = await serve(vod);
    await asset('video_public', 'public', 'ready');
    await asset('video_signed', 'signed', 'ready');
    await asset('video_closed', 'closed', 'ready');
    await asset('video_growing', 'public', 'playable');
    for (const id of ['video_public', 'video_signed', 'video_closed', 'video_growing']) await film(id);
  });
  after(async () => {
    await end(server);
    await vod.close();
    await t.close();
    await rm(root, { recursive: true, force: true });
  });

  const depsOf = (store: BlobStore): VodDeps => ({ blobs: store, clock, secret: Buffer.alloc(32, 3) });

  /** The edge, as far as these tests need one: the zone of the host, and problems as their status. */
  async function serve({ rawRoutes: [route] }: Vod): Promise<Server> {
    const made = createServer((request, response) => {
      const zone = request.headers.host?.startsWith('talk') ? talk : univ;
      Promise.resolve()
        .then(() => route?.handler(request, response, { zone, origin: 'http://univ', headers: ['Vary', 'Origin'], log: silentLogger }))
        .catch((error: unknown) => {
          if (response.headersSent) response.destroy();
          else response.writeHead(error instanceof MadangError ? error.definition.status : 500).end(String(error));
        });
    });
    made.listen(0, '127.0.0.1');
    await once(made, 'listening');
    return made;
  }
  async function end(made: Server): Promise<void> {
    made.close();
    made.closeAllConnections();
    await once(made, 'close');
  }

  async function asset(id: string, access: AssetAccess, status: string, zone = univ): Promise<void> {
    await zone.db.run(
      sql(
        `insert into media.assets (zone_id, id, owner_id, upload_id, source_key, access, status, created_at) values (madang.zone(), $1, 'user_1', $1, 'zones/x/y', $2, $3, now())`,
        id,
        access,
        status,
      ),
    );
  }
  const put = (id: string, file: string, bytes: Buffer | string, store = blobs, version = 'v1') =>
    store.put(`zones/univ/vod/${id}/${version}/${file}`, Buffer.from(bytes as string), { contentType: 'application/octet-stream' });

  async function film(id: string): Promise<void> {
    await put(id, 'master.m3u8', '#EXTM3U\n360/index.m3u8\n');
    await put(id, '360/index.m3u8', listOf(2, id !== 'video_growing'));
    await put(id, '360/init.mp4', 'init');
    await put(id, '360/s00000.m4s', segment);
    await put(id, '360/s00001.m4s', 'last');
    await put(id, '360/s00002.m4s', 'unlisted');
    await put(id, 'poster-1/320.webp', 'picture');
    await put(id, 'storyboard.vtt', 'WEBVTT\n');
    await put(id, 'waveform.bin', '');
  }

  function ask(
    target: string,
    {
      method = 'GET',
      host = 'univ',
      to = server,
      headers = {},
    }: { method?: string; host?: string; to?: Server; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { port } = to.address() as AddressInfo;
      open({ host: '127.0.0.1', port, path: target, method, headers: { host, ...headers } })
        .on('error', reject)
        .on('response', (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
        })
        .end();
    });
  }
  const statusOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).status;
  const inHours = (hours: number) => new Date(clock.now().getTime() + hours * 3_600_000);
  const signed = (id: string, { zone = 'univ', hours = 6 } = {}) => `/vod/t/${vod.tokens.sign(zone, id, inHours(hours))}/${id}/v1`;

  it('serves each access by its own paths only', async () => {
    const matrix: [target: string, host: string, status: number][] = [
      ['/vod/video_public/v1', 'univ', 200],
      [signed('video_public'), 'univ', 200],
      [signed('video_public', { hours: -1 }), 'univ', 410],
      ['/vod/video_public/v1', 'talk', 404],
      [signed('video_public'), 'talk', 404],
      ['/vod/video_signed/v1', 'univ', 404],
      [signed('video_signed'), 'univ', 200],
      [signed('video_signed', { hours: -1 }), 'univ', 410],
      [signed('video_signed', { zone: 'talk' }), 'univ', 404],
      [signed('video_signed', { zone: 'talk' }), 'talk', 404],
      [signed('video_public').replace('/video_public/', '/video_signed/'), 'univ', 404],
      ['/vod/video_closed/v1', 'univ', 404],
      [signed('video_closed'), 'univ', 404],
      ['/vod/video_nobody/v1', 'univ', 404],
      ['/vod/video_public/v2', 'univ', 404],
      [signed('video_public').replace('/v1', '/v2'), 'univ', 404],
    ];
    for (const file of ['master.m3u8', '360/s00000.m4s', '360/s00001.m4s', 'poster-1/320.webp']) {
      for (const [target, host, status] of matrix)
        assert.equal(await statusOf(`${target}/${file}`, { host }), status, `${host} ${target}/${file}`);
    }
  });

  it('says how long each may be kept', async () => {
    const kept = async (target: string) => (await ask(target)).headers['cache-control'];
    const cases: [target: string, cacheControl: string][] = [
      ['/vod/video_public/v1/master.m3u8', 'public, max-age=3600'],
      ['/vod/video_public/v1/360/index.m3u8', 'public, max-age=3600'],
      ['/vod/video_public/v1/360/s00000.m4s', WEEK],
      ['/vod/video_public/v1/360/init.mp4', WEEK],
      ['/vod/video_public/v1/poster-1/320.webp', WEEK],
      ['/vod/video_growing/v1/master.m3u8', 'no-cache'],
      ['/vod/video_growing/v1/360/index.m3u8', 'no-cache'],
      ['/vod/video_growing/v1/360/s00000.m4s', WEEK],
      ['/vod/video_growing/v1/360/s00002.m4s', 'no-cache'],
      ['/vod/video_growing/v1/360/init.mp4', WEEK],
      ['/vod/video_growing/v1/poster-1/320.webp', WEEK],
      [`${signed('video_signed')}/master.m3u8`, 'private, max-age=3600'],
      [`${signed('video_signed')}/360/s00000.m4s`, 'private, max-age=604800, immutable'],
      [`${signed('video_growing')}/master.m3u8`, 'private, no-cache'],
    ];
    for (const [target, cacheControl] of cases) assert.equal(await kept(target), cacheControl, target);
  });

  it('describes what it sends, and what comes next', async () => {
    const first = await ask('/vod/video_public/v1/360/s00000.m4s?session=/1');
    assert.ok(first.body.equals(segment));
    const { headers } = first;
    assert.deepEqual(
      [headers['content-type'], headers['content-length'], headers['accept-ranges'], headers['cross-origin-resource-policy'], headers.vary],
      ['video/iso.segment', '700000', 'bytes', 'same-site', 'Origin'],
    );
    assert.equal(headers.link, '</vod/video_public/v1/360/s00001.m4s>; rel=preload; as=fetch; crossorigin');
    assert.equal((await ask('/vod/video_public/v1/360/s00001.m4s')).headers.link, undefined, 'there is none behind the last');
    const path = `${signed('video_signed')}/360`;
    assert.equal((await ask(`${path}/s00000.m4s`)).headers.link, `<${path}/s00001.m4s>; rel=preload; as=fetch; crossorigin`);
    assert.equal((await ask('/vod/video_public/v1/poster-1/320.webp')).headers['cross-origin-resource-policy'], 'cross-origin');
    const empty = await ask('/vod/video_public/v1/waveform.bin');
    assert.deepEqual([empty.status, empty.body.length, empty.headers['content-length']], [200, 0, '0']);
  });

  it('answers HEAD, If-None-Match, ranges and If-Range, from disk and from memory alike', async () => {
    const target = '/vod/video_public/v1/360/s00000.m4s';
    const size = segment.length;
    for (const round of ['disk', 'between', 'memory']) {
      const head = await ask(target, { method: 'HEAD' });
      assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, String(size), 0], round);
      const etag = head.headers.etag ?? '';
      assert.match(etag, /^"[0-9a-f]{64}"$/);
      for (const value of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const same = await ask(target, { headers: { 'if-none-match': value } });
        assert.deepEqual([same.status, same.body.length, same.headers.etag, same.headers['cache-control']], [304, 0, etag, WEEK]);
      }
      assert.equal(await statusOf(target, { headers: { 'if-none-match': '"x"' } }), 200);
      const ranges: [range: string, start: number, end: number][] = [
        ['bytes=0-0', 0, 0],
        ['bytes=100000-399999', 100_000, 399_999],
        ['bytes=699999-', 699_999, size - 1],
        ['bytes=-5', size - 5, size - 1],
        ['bytes=5-9999999', 5, size - 1],
      ];
      for (const [range, start, last] of ranges) {
        const part = await ask(target, { headers: { range } });
        assert.deepEqual([part.status, part.headers['content-range']], [206, `bytes ${start}-${last}/${size}`], `${round} ${range}`);
        assert.ok(part.body.equals(segment.subarray(start, last + 1)), `${round} ${range}`);
      }
      const beyond = await ask(target, { headers: { range: `bytes=${size}-` } });
      assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, `bytes */${size}`]);
      assert.equal(await statusOf(target, { headers: { range: 'bytes=0-1,4-5' } }), 200);
      assert.equal(await statusOf(target, { headers: { range: 'bytes=0-1', 'if-range': etag } }), 206);
      assert.equal(await statusOf(target, { headers: { range: 'bytes=0-1', 'if-range': '"old"' } }), 200);
    }
    assert.ok(vod.held().memoryBytes >= size, 'what is asked for often is in memory');
  });

  it('made private, refuses its old path within a second, and at once where the event is heard', async () => {
    await asset('video_hide', 'public', 'ready');
    await film('video_hide');
    const target = '/vod/video_hide/v1/master.m3u8';
    const setAccess = (access: AssetAccess) => univ.db.run(sql(`update media.assets set access = $1 where id = 'video_hide'`, access));
    assert.equal(await statusOf(target), 200);
    await setAccess('signed');
    clock.advance(1000);
    assert.equal(await statusOf(target), 404);
    assert.equal(await statusOf(`${signed('video_hide')}/master.m3u8`), 200);
    await setAccess('public');
    const [heard] = vod.handlers;
    await heard?.handle({ zoneId: 'univ', zone: async () => univ, eventId: '1', at: clock.now() }, { assetId: 'video_hide' });
    assert.equal(await statusOf(target), 200);
  });

  it('asks the database once for many who come at once, and remembers what is not there', async () => {
    let asked = 0;
    const counting: ZoneContext = {
      ...univ,
      db: new Proxy(univ.db, {
        get(target, name) {
          if (name === 'many') asked += 1;
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      }),
    };
    const fresh = createVod(depsOf(blobs));
    const kept = univ;
    univ = counting;
    const to = await serve(fresh);
    try {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) => statusOf(`/vod/${at % 2 ? 'video_public' : 'video_none'}/v1/master.m3u8`, { to })),
      );
      assert.ok(asked <= 2, `${asked} queries`);
      const before = asked;
      assert.equal(await statusOf('/vod/video_none/v1/master.m3u8', { to }), 404);
      assert.equal(asked, before);
      clock.advance(1000);
      await statusOf('/vod/video_none/v1/master.m3u8', { to });
      assert.equal(asked, before + 1);
    } finally {
      univ = kept;
      await end(to);
      await fresh.close();
    }
  });

  it('sees a playlist that was put again at once, and one that was deleted', async () => {
    for (const id of ['video_growing', 'video_public']) {
      const target = `/vod/${id}/v1/360/index.m3u8`;
      const first = await ask(target);
      for (let segments = 3; segments <= 6; segments++) {
        await put(id, '360/index.m3u8', listOf(segments, false));
        if (id === 'video_public') await delay(50);
        const next = await ask(target, { headers: { 'if-none-match': first.headers.etag ?? '' } });
        assert.equal(next.body.toString(), listOf(segments, false));
      }
      assert.equal((await ask(`/vod/${id}/v1/360/s00002.m4s`)).headers['cache-control'], WEEK);
      await blobs.delete(`zones/univ/vod/${id}/v1/360/index.m3u8`);
      await delay(50);
      assert.equal(await statusOf(target), 404);
      await film(id);
    }
  });

  it('while it grows, sees segments that were made again', async () => {
    const target = '/vod/video_growing/v1/360/s00000.m4s';
    for (let round = 0; round < 4; round++) {
      const bytes = randomBytes(300_000);
      await put('video_growing', '360/s00000.m4s', bytes);
      for (let time = 0; time < 3; time++) assert.ok((await ask(target)).body.equals(bytes), `round ${round}, time ${time}`);
    }
  });

  it('serves the version before while the next one is made', async () => {
    await asset('video_two', 'public', 'processing');
    await univ.db.run(sql(`update media.assets set version = 'v2' where id = 'video_two'`));
    await film('video_two');
    const old = await ask('/vod/video_two/v1/master.m3u8');
    assert.deepEqual([old.status, old.headers['cache-control']], [200, 'public, max-age=3600']);
    await put('video_two', 'master.m3u8', '#EXTM3U\n', blobs, 'v2');
    assert.equal((await ask('/vod/video_two/v2/master.m3u8')).headers['cache-control'], 'no-cache');
    assert.equal(await statusOf('/vod/video_two/v3/master.m3u8'), 404);
  });

  it('has nothing where no blob is, and finds it once it is', async () => {
    assert.equal(await statusOf('/vod/video_growing/v1/720/s00000.m4s'), 404);
    await put('video_growing', '720/s00000.m4s', 'made');
    assert.equal((await ask('/vod/video_growing/v1/720/s00000.m4s')).body.toString(), 'made');
    await put('video_public', '480/s00000.m4s', randomBytes(100_000));
    assert.equal(await statusOf('/vod/video_public/v1/480/s00000.m4s', { method: 'HEAD' }), 200);
    await blobs.delete('zones/univ/vod/video_public/v1/480/s00000.m4s');
    assert.equal(await statusOf('/vod/video_public/v1/480/s00000.m4s'), 404, 'described, and deleted before it was opened');
  });

  it('lets no path out of the folder of its version', async () => {
    await blobs.put('zones/univ/users/user_1/secret', Buffer.from('secret'), { contentType: 'text/plain' });
    for (const target of [
      '/vod/video_public/v1/../../../users/user_1/secret',
      '/vod/video_public/v1/%2e%2e/%2e%2e/%2e%2e/users/user_1/secret',
      '/vod/video_public/v1/..%2f..%2f..%2fusers%2fuser_1%2fsecret',
      '/vod/video_public/v1/360/..%5c..%5csecret',
      '/vod/video_public/v1//360/index.m3u8',
      '/vod/video_public/v1/360/index.m3u8%00.jpg',
      '/vod/video_public/../video_closed/v1/master.m3u8',
      '/vod/t/../video_signed/v1/master.m3u8',
    ]) {
      assert.equal(await statusOf(target), 404, target);
    }
  });

  it('holds nothing for clients that left in the middle', async () => {
    const big = randomBytes(8_000_000);
    await put('video_public', '1080/s00000.m4s', big);
    const small = createVod({ ...depsOf(blobs), memoryBytes: 1_000_000 });
    const to = await serve(small);
    const { port } = to.address() as AddressInfo;
    try {
      const leave = async (requests: number) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => {});
        socket.write('GET /vod/video_public/v1/1080/s00000.m4s HTTP/1.1\r\nhost: univ\r\n\r\n'.repeat(requests));
        await once(socket, 'data');
        socket.pause();
        await delay(20);
        socket.destroy();
      };
      await Promise.all([...Array.from({ length: 12 }, () => leave(1)), ...Array.from({ length: 4 }, () => leave(3))]);
      for (let wait = 0; wait < 100 && small.held().readBuffers > 0; wait++) await delay(20);
      assert.equal(small.held().readBuffers, 0);
      assert.equal(small.held().openFiles, 1);
      assert.ok((await ask('/vod/video_public/v1/1080/s00000.m4s', { to })).body.equals(big));
      await small.close();
      for (let wait = 0; wait < 100 && small.held().openFiles > 0; wait++) await delay(20);
      assert.deepEqual(small.held(), { memoryBytes: 0, openFiles: 0, readBuffers: 0 });
    } finally {
      await end(to);
    }
  });

  it('keeps to its bounds whatever is asked for', async () => {
    const bodies = Array.from({ length: 12 }, () => randomBytes(200_000));
    await Promise.all(bodies.map((bytes, at) => put('video_public', `540/s000${10 + at}.m4s`, bytes)));
    const small = createVod({ ...depsOf(blobs), memoryBytes: 1_000_000, openFiles: 3 });
    const to = await serve(small);
    try {
      for (let round = 0; round < 4; round++) {
        const answers = await Promise.all(bodies.map((_, at) => ask(`/vod/video_public/v1/540/s000${10 + at}.m4s`, { to })));
        for (const [at, { body }] of answers.entries()) assert.ok(body.equals(bodies[at] as Buffer), `round ${round}, ${at}`);
        assert.ok(small.held().memoryBytes <= 1_000_000);
      }
      await ask('/vod/video_public/v1/540/s00010.m4s', { to });
      assert.ok(small.held().memoryBytes >= 600_000, `${small.held().memoryBytes} bytes in memory`);
      assert.ok(small.held().openFiles <= 12);
    } finally {
      await end(to);
      await small.close();
    }
  });

  describe('from a store elsewhere', () => {
    let elsewhere: BlobStore;
    let far: Vod;
    let to: Server;
    const reads: string[] = [];
    before(async () => {
      elsewhere = {
        put: (...args) => blobs.put(...args),
        find: (key) => blobs.find(key),
        get(key, range) {
          reads.push(key);
          return blobs.get(key, range);
        },
        copy: (...args) => blobs.copy(...args),
        join: (...args) => blobs.join(...args),
        delete: (key) => blobs.delete(key),
        list: (...args) => blobs.list(...args),
      };
      far = createVod({ ...depsOf(elsewhere), memoryBytes: 4_000_000 });
      to = await serve(far);
      await film('video_public');
    });
    after(async () => {
      await end(to);
      await far.close();
    });

    it('fetches once for many, and then answers from memory', async () => {
      const target = '/vod/video_public/v1/360/s00000.m4s';
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(target, { to })));
      for (const { body } of answers) assert.ok(body.equals(segment));
      const part = await ask(target, { to, headers: { range: 'bytes=1000-1999' } });
      assert.ok(part.body.equals(segment.subarray(1000, 2000)));
      assert.equal(reads.filter((key) => key.endsWith('s00000.m4s')).length, 1);
    });

    it('passes on what is too large to keep', async () => {
      const big = randomBytes(3_000_000);
      await put('video_public', '2160/s00000.m4s', big);
      const target = '/vod/video_public/v1/2160/s00000.m4s';
      assert.ok((await ask(target, { to })).body.equals(big));
      const part = await ask(target, { to, headers: { range: 'bytes=2500000-' } });
      assert.ok(part.body.equals(big.subarray(2_500_000)));
      assert.equal(await statusOf(target, { to, method: 'HEAD' }), 200);
      assert.ok(far.held().memoryBytes < 4_000_000);
    });

    it('sees a playlist that was put again within a second, and one that is gone', async () => {
      const target = '/vod/video_growing/v1/360/index.m3u8';
      await put('video_growing', '360/index.m3u8', listOf(2, false));
      assert.equal((await ask(target, { to })).body.toString(), listOf(2, false));
      await put('video_growing', '360/index.m3u8', listOf(3, false));
      clock.advance(1000);
      assert.equal((await ask(target, { to })).body.toString(), listOf(3, false));
      await blobs.delete('zones/univ/vod/video_growing/v1/360/index.m3u8');
      clock.advance(1000);
      assert.equal(await statusOf(target, { to }), 404);
      assert.equal(await statusOf('/vod/video_growing/v1/none/s00000.m4s', { to }), 404);
    });
  });
});
