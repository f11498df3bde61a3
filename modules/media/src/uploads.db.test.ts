import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createFileBlobs } from '@madang/blobs';
import {
  BlobNotFound,
  type BlobStore,
  type ErrorDefinition,
  type EventPublisher,
  type GrowingBlob,
  hasCode,
  type JobContext,
  type JobQueue,
  MadangError,
  type Principal,
  policyAllows,
  type Reply,
  requestErrors,
  silentLogger,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import { type TestClock, type TestDatabase, testClock, testDatabase, testPrincipal } from '@madang/testing';
import { mediaErrors } from './media-errors.ts';
import { uploadErrors } from './upload-errors.ts';
import type { UploadRules } from './upload-limits.ts';
import { createUploads, type UploadsPart } from './uploads.ts';

const grants = [{ permission: 'file:create', scope: 'own' }] as const;
const mina = testPrincipal({ id: 'user_mina', grants });
const jun = testPrincipal({ id: 'user_jun', grants });
const guest = testPrincipal({ id: 'guest_g', role: 'guest', grants });

const KIB = 1024;
const DAY_MS = 24 * 3_600_000;
const rules: Partial<UploadRules> = {
  maxBytes: 1_000_000,
  personBytes: 2_000_000,
  openUploads: 4,
  partBytes: 64 * KIB,
  checkedBytes: 200 * KIB,
  idleSeconds: 0.3,
  leaseSeconds: 0.4,
};
const refused = (definition: ErrorDefinition, extra?: object) => (error: unknown) => {
  assert.ok(hasCode(error, definition), `${definition.code}, not ${error}`);
  if (extra !== undefined) assert.deepEqual(error.details.extra, extra);
  return true;
};
const digest = (algorithm: string, bytes: Buffer) => `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
/** A store without the means of this machine. */
const plain = (store: BlobStore): BlobStore => ({
  put: (...args) => store.put(...args),
  find: (...args) => store.find(...args),
  get: (...args) => store.get(...args),
  copy: (...args) => store.copy(...args),
  join: (...args) => store.join(...args),
  delete: (...args) => store.delete(...args),
  list: (...args) => store.list(...args),
});
const body = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: false });

for (const [what, grows] of [
  ['that grow in the store', true],
  ['in parts', false],
] as const)
  describe(`uploads ${what}`, () => {
    let t: TestDatabase;
    let root: string;
    let blobs: BlobStore;
    let clock: TestClock;
    let part: UploadsPart;
    let zone: ZoneContext;
    let bytes: Buffer;
    let queued: { name: string; payload: { uploadId: string } }[] = [];
    let published: unknown[] = [];

    const jobs: JobQueue = {
      enqueue: async (_tx, definition, payload) => {
        queued.push({ name: definition.name, payload: definition.payload.parse(payload) as { uploadId: string } });
        return 'job_1';
      },
      cancel: async () => {},
      find: async () => undefined,
    };
    const events: EventPublisher = {
      publish: async (_tx, event, payload) => {
        published.push([event.name, event.payload.parse(payload)]);
      },
    };
    const createWith = (changes: {
      blobs?: BlobStore;
      limits?: Partial<UploadRules>;
      tools?: () => Promise<{ what: string; command: string }>;
    }) => createUploads({ blobs, clock, logger: silentLogger, jobs, events, ...changes, limits: { ...rules, ...changes.limits } });

    before(async () => {
      t = await testDatabase({ poolSize: 8 });
      root = await mkdtemp(path.join(tmpdir(), 'madang-uploads-'));
      const files = await createFileBlobs({ root, logger: silentLogger });
      blobs = grows ? files : plain(files);
      bytes = randomBytes(300 * KIB + 7);
    });
    beforeEach(async () => {
      clock = testClock(new Date());
      part = createWith({});
      zone = t.zone('univ');
      queued = [];
      published = [];
      await discardAll();
    });
    after(async () => {
      await t.close();
      await rm(root, { recursive: true, force: true });
    });

    const discardAll = async () => {
      for (const { id } of await zone.db.many<{ id: string }>(sql(`select id from media.uploads where state <> 'discarded'`)))
        await zone.db.transaction((tx) => part.uploads.discard(tx, id));
      for (const { payload } of queued.splice(0)) await run('media.discard-upload', payload);
    };
    const call = async (key: string, input: object, by: Principal | undefined = mina, on = part): Promise<Reply> => {
      const found = on.routes.find((each) => each.key === key);
      assert.ok(found, key);
      const headers = { 'tus-resumable': '1.0.0', ...(input as { headers?: object }).headers };
      return found.handler({ zone, principal: by, params: {}, stream: body(), ...input, headers } as never);
    };
    const create = async (length = bytes.length, by = mina, on = part): Promise<string> => {
      const name = Buffer.from('첫날.mp4').toString('base64');
      const headers = { 'upload-length': String(length), 'upload-metadata': `filename ${name},filetype ${btoa('video/mp4')}` };
      const reply = await call('POST /api/v1/uploads', { headers }, by, on);
      assert.equal(reply.status, 201);
      return reply.headers?.Location?.split('/').at(-1) ?? '';
    };
    const patch = async (
      id: string,
      offset: number,
      stream: Readable,
      { headers = {}, by = mina, on = part, signal }: { headers?: object; by?: Principal; on?: UploadsPart; signal?: AbortSignal } = {},
    ): Promise<number> => {
      const all = {
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        'transfer-encoding': 'chunked',
        ...headers,
      };
      const reply = await call('PATCH /api/v1/uploads/:uploadId', { params: { uploadId: id }, headers: all, stream, signal }, by, on);
      assert.equal(reply.status, 204);
      return Number(reply.headers?.['Upload-Offset']);
    };
    const head = async (id: string, by = mina) => {
      const reply = await call('HEAD /api/v1/uploads/:uploadId', { params: { uploadId: id } }, by);
      return Number(reply.headers?.['Upload-Offset']);
    };
    const assembled = async (id: string, on = part): Promise<Buffer> => {
      const key = `zones/univ/users/${mina.id}/sources/${id}/v1`;
      const said = await on.uploads.assemble(zone, id, key);
      const whole = Buffer.concat(await Array.fromAsync((await blobs.get(key)).body));
      assert.deepEqual(said, { bytes: whole.length });
      assert.deepEqual(await on.uploads.assemble(zone, id, key), said, 'again');
      return whole;
    };
    const keys = async (id = '') => (await blobs.list(`zones/univ/uploads/${id}`)).map((blob) => blob.key);
    const usage = async () => {
      const [row] = await zone.db.many<{ person: string; zone: string }>(
        sql(
          `select (select bytes from media.person_usage where owner_id = $1) as person, (select bytes from media.usage) as zone`,
          mina.id,
        ),
      );
      return { person: Number(row?.person ?? 0), zone: Number(row?.zone ?? 0) };
    };
    const run = async (name: string, payload: object = {}) => {
      const found = part.jobs.find((each) => each.definition.name === name);
      assert.ok(found, name);
      return (await found.load())({ zone, signal: new AbortController().signal } as JobContext, payload);
    };
    /** The store, but for what `stored` does once bytes are durable and before it is known, or `stores` before they are written. */
    const storeWith = ({
      stored = async () => {},
      stores = async () => {},
    }: {
      stored?: () => Promise<void>;
      stores?: () => Promise<void>;
    }): BlobStore => ({
      ...plain(blobs),
      async put(key, stream, options) {
        await stores();
        const info = await blobs.put(key, stream, options);
        await stored();
        return info;
      },
      ...(grows && {
        async grow(key: string, at: number) {
          const real = await grow(key, at);
          return {
            write: async (chunks) => {
              await stores();
              await real.write(chunks);
            },
            sync: async () => {
              await real.sync();
              await stored();
            },
            close: () => real.close(),
          } satisfies GrowingBlob;
        },
      }),
    });
    const grow = (key: string, at: number): Promise<GrowingBlob> => blobs.grow?.(key, at) ?? Promise.reject(new Error('it does not grow'));
    const names = async (id: string) => (await keys(id)).map((key) => key.split('/').at(-1));

    it('says what it can do, to anyone', async () => {
      const found = part.routes.find((each) => each.key.startsWith('OPTIONS'));
      assert.ok(found && policyAllows(found.policy, undefined));
      const { headers } = await call('OPTIONS /api/v1/uploads', { headers: {} }, undefined);
      assert.deepEqual(headers, {
        'Tus-Resumable': '1.0.0',
        'Tus-Version': '1.0.0',
        'Tus-Extension': 'creation,creation-with-upload,expiration,checksum,termination',
        'Tus-Max-Size': '1000000',
        'Tus-Checksum-Algorithm': 'sha1,sha256',
      });
    });

    it('takes a file in one request, in parts, and says so once with the last byte', async () => {
      const id = await create();
      assert.equal(await patch(id, 0, body(bytes)), bytes.length);
      const starts = grows ? [0] : [0, 1, 2, 3, 4].map((n) => n * 64 * KIB);
      assert.deepEqual(
        await names(id),
        starts.map((start) => `${String(start).padStart(15, '0')}-1`),
      );
      assert.deepEqual(published, [['media.upload-completed', { uploadId: id, claimedType: null, claimedId: null }]]);
      const upload = await part.uploads.find(zone, id);
      assert.deepEqual([upload?.state, upload?.name, upload?.contentType], ['complete', '첫날.mp4', 'video/mp4']);
      assert.ok((await assembled(id)).equals(bytes));
      assert.equal(await patch(id, bytes.length, body(), { headers: { 'content-length': '0' } }), bytes.length, 'nothing is left to say');
      await assert.rejects(patch(id, bytes.length, body(Buffer.from('x'))), refused(uploadErrors.upload_overrun, { length: bytes.length }));
      assert.equal(published.length, 1);
    });

    it('takes small files and many small requests', async () => {
      const one = await create(5);
      assert.equal(await patch(one, 0, body(Buffer.from('hello'))), 5);
      assert.equal((await assembled(one)).toString(), 'hello');
      const many = await create(100);
      for (let at = 0; at < 100; at += 10) assert.equal(await patch(many, at, body(bytes.subarray(at, at + 10))), at + 10);
      assert.ok((await assembled(many)).equals(bytes.subarray(0, 100)));
    });

    it('takes bytes with the creation', async () => {
      const headers = { 'upload-length': String(bytes.length), 'content-type': 'application/offset+octet-stream', 'content-length': '100' };
      const reply = await call('POST /api/v1/uploads', { headers, stream: body(bytes.subarray(0, 100)) });
      assert.equal(reply.headers?.['Upload-Offset'], '100');
      const id = reply.headers?.Location?.split('/').at(-1) ?? '';
      assert.equal(await patch(id, 100, body(bytes.subarray(100))), bytes.length);
      assert.ok((await assembled(id)).equals(bytes));

      const before = await usage();
      const wrong = { ...headers, 'upload-checksum': digest('sha1', Buffer.from('other')) };
      await assert.rejects(
        call('POST /api/v1/uploads', { headers: wrong, stream: body(bytes.subarray(0, 100)) }),
        refused(uploadErrors.upload_checksum_mismatch),
      );
      assert.deepEqual(await usage(), before, 'nobody could ever find it');
    });

    it('goes on where a connection broke, and keeps what came', async () => {
      const id = await create();
      const stream = new PassThrough();
      const sending = patch(id, 0, stream);
      stream.write(bytes.subarray(0, 100 * KIB));
      await wait(50);
      stream.destroy(new Error('ECONNRESET'));
      await assert.rejects(sending, refused(uploadErrors.upload_cut_off));
      assert.equal(await head(id), 100 * KIB);
      assert.equal(await patch(id, 100 * KIB, body(bytes.subarray(100 * KIB))), bytes.length);
      assert.ok((await assembled(id)).equals(bytes));
    });

    it('ends a body that is silent, and one whose sender left', async () => {
      const id = await create();
      const silent = new PassThrough();
      silent.write(bytes.subarray(0, 1000));
      await assert.rejects(patch(id, 0, silent), refused(uploadErrors.upload_cut_off));
      assert.equal(await head(id), 1000);
      assert.equal(silent.destroyed, false, 'its sender is answered');
      const gone = new AbortController();
      const endless = new PassThrough();
      const sending = patch(id, 1000, endless, { signal: gone.signal });
      endless.write(bytes.subarray(1000, 3000));
      await wait(30);
      gone.abort();
      await assert.rejects(sending, refused(uploadErrors.upload_cut_off));
      assert.equal(await head(id), 3000);
    });

    it('what is being stored is stored before it closes', async () => {
      const id = await create();
      const stream = new PassThrough();
      const sending = patch(id, 0, stream);
      const ended = assert.rejects(sending, refused(uploadErrors.upload_cut_off));
      stream.write(bytes.subarray(0, 5000));
      await wait(30);
      await (await part.start())?.close();
      await ended;
      assert.equal(await head(id), 5000);
    });

    it('keeps bytes only with their right checksum', async () => {
      const id = await create();
      const [first, rest] = [bytes.subarray(0, 150 * KIB), bytes.subarray(150 * KIB)];
      const wrong = { 'upload-checksum': digest('sha1', rest) };
      await assert.rejects(patch(id, 0, body(first), { headers: wrong }), refused(uploadErrors.upload_checksum_mismatch));
      assert.equal(await head(id), 0);
      assert.deepEqual(await keys(id), []);
      const cut = new PassThrough();
      cut.write(first.subarray(0, 10));
      setTimeout(() => cut.destroy(), 20);
      await assert.rejects(
        patch(id, 0, cut, { headers: { 'upload-checksum': digest('sha1', first) } }),
        refused(uploadErrors.upload_cut_off),
      );
      assert.equal(await head(id), 0);
      assert.equal(await patch(id, 0, body(first), { headers: { 'upload-checksum': digest('sha1', first) } }), first.length);
      assert.equal((await keys(id)).length, 1);
      assert.equal(await patch(id, first.length, body(rest), { headers: { 'upload-checksum': digest('sha256', rest) } }), bytes.length);
      assert.ok((await assembled(id)).equals(bytes));
    });

    it('checks no more than so much at once', async () => {
      const id = await create();
      const headers = { 'upload-checksum': digest('sha1', bytes) };
      const tooMuch = refused(uploadErrors.upload_checksum_bytes, { maxBytes: 200 * KIB });
      await assert.rejects(patch(id, 0, body(bytes), { headers: { ...headers, 'content-length': String(bytes.length) } }), tooMuch);
      await assert.rejects(patch(id, 0, body(bytes), { headers }), tooMuch);
      assert.deepEqual([await head(id), await keys(id)], [0, []]);
    });

    it('refuses what is not where it stands, more than it said, and other types', async () => {
      const id = await create(10);
      assert.equal(await patch(id, 0, body(Buffer.from('01234'))), 5);
      await assert.rejects(patch(id, 0, body(Buffer.from('0'))), refused(uploadErrors.upload_offset, { offset: 5 }));
      await assert.rejects(patch(id, 7, body(Buffer.from('0'))), refused(uploadErrors.upload_offset, { offset: 5 }));
      await assert.rejects(patch(id, 5, body(), { headers: { 'content-length': '6' } }), refused(uploadErrors.upload_overrun));
      await assert.rejects(patch(id, 5, body(Buffer.from('567890'))), refused(uploadErrors.upload_overrun));
      assert.equal(await head(id), 5);
      await assert.rejects(patch(id, 5, body(), { headers: { 'content-type': 'video/mp4' } }), refused(requestErrors.unsupported_type));
      await assert.rejects(patch(id, 5, body(), { headers: { 'tus-resumable': '0.2' } }), refused(uploadErrors.tus_version));
      assert.equal(await patch(id, 5, body(Buffer.from('56789'))), 10);
      assert.equal((await assembled(id)).toString(), '0123456789');
    });

    it('names the version of tus in refusals too, and tells which it speaks', async () => {
      const headersOf = async (asked: Promise<unknown>) =>
        asked.then(
          () => assert.fail('it was not refused'),
          (error: unknown) => (error instanceof MadangError ? error.details.headers : undefined),
        );
      const id = await create(10);
      assert.deepEqual(await headersOf(patch(id, 5, body())), { 'Tus-Resumable': '1.0.0' });
      assert.deepEqual(await headersOf(head('upload_none')), { 'Tus-Resumable': '1.0.0' });
      assert.deepEqual(await headersOf(create(0)), { 'Tus-Resumable': '1.0.0' });
      const wrong = { 'Tus-Resumable': '1.0.0', 'Tus-Version': '1.0.0' };
      assert.deepEqual(await headersOf(patch(id, 0, body(), { headers: { 'tus-resumable': '0.2' } })), wrong);
    });

    it('is nobody else’s', async () => {
      const id = await create(10);
      const missing = refused(uploadErrors.upload_not_found);
      await assert.rejects(head(id, jun), missing);
      await assert.rejects(patch(id, 0, body(Buffer.from('x')), { by: jun }), missing);
      await assert.rejects(call('DELETE /api/v1/uploads/:uploadId', { params: { uploadId: id } }, jun), missing);
      await assert.rejects(head('upload_none'), missing);
      await assert.rejects(
        zone.db.transaction((tx) => part.uploads.claim(tx, { uploadId: id, ownerId: jun.id, type: 'asset', id: 'video_1' })),
        missing,
      );
      assert.equal(await part.uploads.find(t.zone('other'), id), undefined);
      assert.equal(await head(id), 0);
    });

    it('of two requests at once one writes, and nothing is mixed', async () => {
      const id = await create();
      const first = new PassThrough();
      const writing = patch(id, 0, first);
      first.write(bytes.subarray(0, 10 * KIB));
      const moving = setInterval(() => {
        clock.advance(200);
        first.write(Buffer.from([7]));
      }, 100);
      await wait(20);
      await assert.rejects(patch(id, 0, body(Buffer.alloc(1000))), refused(uploadErrors.upload_locked));
      clearInterval(moving);
      first.destroy();
      await assert.rejects(writing, refused(uploadErrors.upload_cut_off));
      const at = await head(id);
      assert.ok(at > 10 * KIB);
      assert.equal(await patch(id, at, body(bytes.subarray(at))), bytes.length);
      const whole = await assembled(id);
      assert.ok(whole.subarray(0, 10 * KIB).equals(bytes.subarray(0, 10 * KIB)));
      assert.ok(whole.subarray(at).equals(bytes.subarray(at)));
    });

    it('many at once at the same place: one part is counted, whole', async () => {
      for (let round = 0; round < 3; round++) {
        const id = await create(20_000);
        const bodies = Array.from({ length: 6 }, (_, n) => Buffer.alloc(20_000, n + 1));
        const results = await Promise.allSettled(bodies.map((each) => patch(id, 0, body(each))));
        assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
        const whole = await assembled(id);
        assert.ok(bodies.some((each) => each.equals(whole)));
        assert.equal((await keys(id)).length, 1);
        await discardAll();
      }
    });

    it('a writer that is silent for too long is passed by, and what it stores late is not counted', async () => {
      const id = await create();
      const late = Promise.withResolvers<void>();
      const slow = createWith({ blobs: storeWith({ stored: () => late.promise }) });
      const zombie = patch(id, 0, body(Buffer.alloc(1000, 9)), { on: slow });
      await wait(50);
      assert.equal(await patch(id, 0, body(bytes)), bytes.length);
      late.resolve();
      await assert.rejects(zombie, refused(uploadErrors.upload_locked));
      assert.ok((await assembled(id)).equals(bytes));
      assert.equal((await keys(id)).length, grows ? 1 : 5);
    });

    it('killed between storing and counting: the bytes come again, the sweeper takes what is left', async () => {
      const id = await create();
      await patch(id, 0, body(bytes.subarray(0, 100)));
      const orphan = `zones/univ/uploads/${id}/000000000000100-1`;
      const lost = 'zones/univ/uploads/upload_lost/000000000000000-1';
      for (const key of [orphan, lost]) await blobs.put(key, Buffer.alloc(50), { contentType: 'application/octet-stream' });
      await zone.db.run(sql(`update media.uploads set leased_until = clock_timestamp() + interval '0.3 s' where id = $1`, id));
      assert.equal(await head(id), 100);
      assert.equal(await patch(id, 100, body(bytes.subarray(100))), bytes.length, 'it waits for the dead one to be taken for dead');
      assert.ok((await assembled(id)).equals(bytes));
      assert.deepEqual(await run('media.sweep-upload-parts'), { orphans: 0 });
      clock.advance(DAY_MS + 60_000);
      assert.deepEqual(await run('media.sweep-upload-parts'), { orphans: 2 });
      assert.ok(!(await keys()).includes(orphan) && !(await keys()).includes(lost));
      assert.ok((await assembled(id)).equals(bytes));
    });

    if (grows) {
      const expireLease = (id: string) =>
        zone.db.run(sql(`update media.uploads set leased_until = clock_timestamp() - interval '1 s' where id = $1`, id));
      const sourceOf = (id: string) => `zones/univ/users/${mina.id}/sources/${id}/v1`;

      it('grows from request to request, and is the source as it is', async () => {
        const id = await create();
        let at = 0;
        while (at < bytes.length) at = await patch(id, at, body(bytes.subarray(at, at + 50 * KIB)));
        assert.equal((await names(id)).length, 1);
        assert.ok((await assembled(id)).equals(bytes));
        const files = await Promise.all([blobs.list(`zones/univ/uploads/${id}`), blobs.find(sourceOf(id))]);
        assert.equal(files[1]?.bytes, bytes.length);
        await Promise.all([1, 2, 3].map(() => part.uploads.assemble(zone, id, sourceOf(id))));
        await zone.db.transaction((tx) => part.uploads.discard(tx, id));
        await run('media.discard-upload', { uploadId: id });
        assert.deepEqual(await keys(id), []);
        assert.equal((await blobs.find(sourceOf(id)))?.bytes, bytes.length);
      });

      it('nobody writes on what one who was not heard of any more may still be writing', async () => {
        const id = await create();
        const late = Promise.withResolvers<void>();
        let syncs = 0;
        const slow = createWith({ blobs: storeWith({ stored: () => (++syncs === 2 ? late.promise : Promise.resolve()) }) });
        let at = await patch(id, 0, body(bytes.subarray(0, 1000)), { on: slow });
        const zombie = patch(id, at, body(Buffer.alloc(5000, 9)), { on: slow });
        await wait(50);
        // Whoever comes next brings nothing and says so; nor does that make the first part anyone's again.
        await expireLease(id);
        assert.equal(await patch(id, at, body()), at);
        for (const end of [2000, 3000, bytes.length]) at = await patch(id, at, body(bytes.subarray(at, end)));
        late.resolve();
        await assert.rejects(zombie, refused(uploadErrors.upload_locked));
        assert.deepEqual(await names(id), ['000000000000000-1', '000000000001000-4']);
        assert.ok((await assembled(id)).equals(bytes));
      });

      it('killed anywhere: goes on from what was counted, whatever was written behind it', async () => {
        const id = await create();
        let at = 0;
        for (let kill = 0; at < bytes.length; kill++) {
          // Dies with bytes written, durable and not counted; every other time it has told that it had ended before.
          const [first = ''] = await keys(id);
          if (first !== '') {
            const behind = await grow(first, at - Number(first.split('/').at(-1)?.split('-')[0]));
            await behind.write([Buffer.alloc(70 * KIB, kill)]);
            await behind.close();
          }
          if (kill % 2 === 1) await expireLease(id);
          assert.equal(await head(id), at);
          at = await patch(id, at, body(bytes.subarray(at, at + 60 * KIB)));
        }
        assert.ok((await keys(id)).length > 1);
        assert.ok((await assembled(id)).equals(bytes));
      });

      it('goes on after parts that were put whole, as they were before', async () => {
        const id = await create();
        assert.equal(await patch(id, 0, body(bytes.subarray(0, 100 * KIB)), { on: createWith({ blobs: plain(blobs) }) }), 100 * KIB);
        assert.equal(await patch(id, 100 * KIB, body(bytes.subarray(100 * KIB))), bytes.length);
        assert.deepEqual(await names(id), ['000000000000000-1', '000000000065536-1', '000000000102400-2']);
        assert.ok((await assembled(id)).equals(bytes));
      });
    }

    it('a store that fails keeps what was counted, and the upload goes on', async () => {
      const id = await create();
      let times = 0;
      const failing = createWith({
        blobs: storeWith({
          stores: async () => {
            if (++times === 3) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
          },
        }),
      });
      const pieces = [bytes.subarray(0, 64 * KIB), bytes.subarray(64 * KIB, 128 * KIB), bytes.subarray(128 * KIB)];
      let at = 0;
      for (const piece of pieces.slice(0, 2)) at = await patch(id, at, body(piece), { on: failing });
      await assert.rejects(patch(id, at, body(pieces[2] ?? bytes), { on: failing }), refused(requestErrors.unavailable));
      assert.equal(await head(id), 128 * KIB);
      assert.equal((await keys(id)).length, grows ? 1 : 2);
      assert.equal(await patch(id, 128 * KIB, body(bytes.subarray(128 * KIB))), bytes.length);
      assert.ok((await assembled(id)).equals(bytes));
    });

    it('holds little of it at a time, however slow the store is', async () => {
      const id = await create(1_000_000);
      let given = 0;
      let taken = 0;
      let most = 0;
      const take = async (chunks: AsyncIterable<Buffer> | readonly Buffer[]) => {
        for await (const chunk of chunks) {
          taken += chunk.length;
          most = Math.max(most, given - taken);
          await wait(1);
        }
      };
      const counting = createWith({
        limits: { partBytes: 8_000_000 },
        blobs: {
          ...plain(blobs),
          async put(key, stream, options) {
            await take(stream as Readable);
            return blobs.put(key, Buffer.from('x'), options);
          },
          ...(grows && { grow: async () => ({ write: take, sync: async () => {}, close: async () => {} }) }),
        },
      });
      const source = Readable.from(
        (function* () {
          for (; given < 1_000_000; given += 10_000) yield Buffer.alloc(10_000);
        })(),
        { objectMode: false },
      );
      await patch(id, 0, source, { on: counting });
      assert.ok(most < 800_000, `${most} bytes were held`);
    });

    it('refuses before a byte is sent: guests, size, tools', async () => {
      await assert.rejects(create(10, guest), refused(uploadErrors.account_needed));
      await assert.rejects(create(1_000_001), refused(uploadErrors.upload_too_large, { maxBytes: 1_000_000 }));
      await assert.rejects(create(0), refused(uploadErrors.upload_length));
      const missing = { what: 'bubblewrap', command: 'apt-get install bubblewrap' };
      const bare = createWith({ tools: async () => missing });
      await assert.rejects(create(10, mina, bare), refused(uploadErrors.upload_unavailable, missing));
      const limits = await call('GET /api/v1/uploads/limits', {}, mina, bare);
      assert.deepEqual((limits.body as { unavailable: unknown }).unavailable, missing);
    });

    it('keeps to what a person, and a zone, may keep, also when many come together', async () => {
      const { person } = await usage();
      assert.equal(person, 0, 'everything was given back');
      const results = await Promise.allSettled(Array.from({ length: 4 }, () => create(900_000)));
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 2);
      const full = refused(uploadErrors.quota_exceeded, { neededBytes: 900_000, usedBytes: 1_800_000, limitBytes: 2_000_000 });
      await assert.rejects(create(900_000), full);
      const { body: said } = await call('GET /api/v1/uploads/limits', {});
      assert.deepEqual(said, {
        maxBytes: 1_000_000,
        maxSeconds: 43_200,
        maxSide: 8192,
        usedBytes: 1_800_000,
        limitBytes: 2_000_000,
        unavailable: null,
      });
      const { zone: used } = await usage();
      zone = t.zone('univ', { limits: { ...zone.zone.limits, storageBytes: used + 50_000 } });
      await assert.rejects(
        create(50_001, jun),
        refused(mediaErrors.storage_full, { neededBytes: 50_001, usedBytes: used, limitBytes: used + 50_000 }),
      );
      const limits = (await call('GET /api/v1/uploads/limits', {}, jun)).body as { limitBytes: number };
      assert.equal(limits.limitBytes, 50_000, 'the zone has no more');
      assert.equal((await usage()).zone, used, 'a refusal counts nothing');
    });

    it('so many uploads are open, and no more; those that are mine are listed', async () => {
      const results = await Promise.allSettled(Array.from({ length: 6 }, () => create(10)));
      const open = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      assert.equal(open.length, 4);
      await assert.rejects(create(10), refused(mediaErrors.uploads_open, { open: 4, limit: 4 }));
      await create(10, jun);
      const [done = '', claimed = ''] = open;
      await patch(done, 0, body(Buffer.alloc(10)));
      await zone.db.transaction((tx) => part.uploads.claim(tx, { uploadId: claimed, ownerId: mina.id, type: 'asset', id: 'video_1' }));
      await create(10);
      const { items } = (await call('GET /api/v1/uploads', {})).body as { items: { id: string; state: string; received: number }[] };
      assert.equal(items.length, 4);
      assert.ok(items.every((item) => item.id !== claimed));
      assert.deepEqual(
        items.filter((item) => item.state === 'complete').map((item) => [item.id, item.received]),
        [[done, 10]],
      );
    });

    it('is claimed once, also before its last byte', async () => {
      const id = await create(10);
      const claim = (target: string) =>
        zone.db.transaction((tx) => part.uploads.claim(tx, { uploadId: id, ownerId: mina.id, type: 'asset', id: target }));
      const upload = await claim('video_1');
      assert.deepEqual([upload.state, upload.claimedBy], ['open', { type: 'asset', id: 'video_1' }]);
      await claim('video_1');
      await assert.rejects(claim('video_2'), refused(uploadErrors.upload_taken));
      await assert.rejects(call('DELETE /api/v1/uploads/:uploadId', { params: { uploadId: id } }), refused(uploadErrors.upload_taken));
      await patch(id, 0, body(Buffer.from('0123456789')));
      assert.deepEqual(published, [['media.upload-completed', { uploadId: id, claimedType: 'asset', claimedId: 'video_1' }]]);
      clock.advance(30 * DAY_MS);
      await run('media.sweep-uploads');
      assert.equal((await part.uploads.find(zone, id))?.state, 'complete', 'it is whole, and somebody has it');
    });

    it('expires also when it was claimed, seven days after its last byte, and gives everything back', async () => {
      const id = await create(10);
      clock.advance(6 * DAY_MS);
      await zone.db.transaction((tx) => part.uploads.claim(tx, { uploadId: id, ownerId: mina.id, type: 'asset', id: 'video_1' }));
      clock.advance(6 * DAY_MS);
      await patch(id, 0, body(Buffer.from('01234')));
      clock.advance(7 * DAY_MS - 1000);
      assert.deepEqual(await run('media.sweep-uploads'), { expired: 0, cleared: 0 });
      clock.advance(2000);
      assert.equal(await head(id), 5, 'until it is swept it may still go on');
      assert.deepEqual(await run('media.sweep-uploads'), { expired: 1, cleared: 0 });
      assert.equal(await part.uploads.find(zone, id), undefined);
      assert.equal((await usage()).person, 0);
      await assert.rejects(patch(id, 5, body(Buffer.from('56789'))), refused(uploadErrors.upload_not_found));
      await run('media.discard-upload', { uploadId: id });
      assert.deepEqual(await keys(id), []);
    });

    it('is given up by its owner, and leaves nothing', async () => {
      const id = await create();
      await patch(id, 0, body(bytes.subarray(0, 200 * KIB)));
      assert.deepEqual((await usage()).person, bytes.length);
      const reply = await call('DELETE /api/v1/uploads/:uploadId', { params: { uploadId: id } });
      assert.equal(reply.status, 204);
      assert.equal((await usage()).person, 0);
      await assert.rejects(head(id), refused(uploadErrors.upload_not_found));
      assert.equal(await part.uploads.find(zone, id), undefined);
      assert.deepEqual(queued, [{ name: 'media.discard-upload', payload: { uploadId: id } }]);
      for (let twice = 0; twice < 2; twice++) await run('media.discard-upload', { uploadId: id });
      assert.deepEqual(await keys(id), []);
      const left = await zone.db.many(
        sql('select upload_id as id from media.upload_parts where upload_id = $1 union select id from media.uploads where id = $1', id),
      );
      assert.deepEqual(left, []);
      await zone.db.transaction((tx) => part.uploads.discard(tx, id));
      assert.equal((await usage()).person, 0, 'given back once');
    });

    it('a part that comes while its upload is given up is taken away', async () => {
      const id = await create();
      const stream = new PassThrough();
      const writing = patch(id, 0, stream);
      stream.write(bytes.subarray(0, 1000));
      await wait(30);
      await zone.db.transaction((tx) => part.uploads.discard(tx, id));
      stream.end();
      await assert.rejects(writing, refused(uploadErrors.upload_not_found));
      assert.deepEqual(await keys(id), []);
    });

    it('expires, complete or not, unless something was made of it', async () => {
      const [open, complete] = [await create(10), await create(10)];
      await patch(complete, 0, body(Buffer.alloc(10)));
      clock.advance(7 * DAY_MS - 1000);
      await run('media.sweep-uploads');
      assert.equal(await head(open), 0);
      clock.advance(2000);
      for (const id of [open, complete]) await assert.rejects(head(id), refused(uploadErrors.upload_expired));
      await assert.rejects(patch(open, 0, body(Buffer.alloc(10))), refused(uploadErrors.upload_expired));
      assert.deepEqual(await run('media.sweep-uploads'), { expired: 2, cleared: 0 });
      assert.equal((await usage()).person, 0);
      await assert.rejects(head(open), refused(uploadErrors.upload_not_found));
      clock.advance(3_700_000);
      assert.deepEqual(await run('media.sweep-uploads'), { expired: 0, cleared: 2 }, 'also when the job was lost');
      assert.deepEqual(await keys(complete), []);
    });

    it('does not put together what is not whole', async () => {
      const id = await create(10);
      await assert.rejects(part.uploads.assemble(zone, id, 'zones/univ/x'), /not complete/);
      await patch(id, 0, body(Buffer.from('01234')));
      await patch(id, 5, body(Buffer.from('56789')));
      const [first = ''] = await keys(id);
      await blobs.delete(first);
      await assert.rejects(part.uploads.assemble(zone, id, 'zones/univ/x'), BlobNotFound);
      await blobs.put(first, Buffer.from('012'), { contentType: 'application/octet-stream' });
      await assert.rejects(part.uploads.assemble(zone, id, 'zones/univ/x'), BlobNotFound);
      assert.equal(await blobs.find('zones/univ/x'), undefined);
    });

    it('says its methods by another header where only POST goes through', async () => {
      const id = await create(5);
      const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'transfer-encoding': 'chunked' };
      const post = (method: string) =>
        call('POST /api/v1/uploads/:uploadId', {
          params: { uploadId: id },
          headers: { ...headers, 'x-http-method-override': method },
          stream: body(Buffer.from('hello')),
        });
      assert.equal((await post('PATCH')).headers?.['Upload-Offset'], '5');
      await assert.rejects(async () => post('PUT'), refused(requestErrors.method_not_allowed));
      assert.equal((await post('DELETE')).status, 204);
      await assert.rejects(head(id), refused(uploadErrors.upload_not_found));
    });
  });
