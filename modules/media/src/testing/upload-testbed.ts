import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe } from 'node:test';
import { createFileBlobs } from '@madang/blobs';
import {
  type BlobStore,
  type ErrorDefinition,
  type EventPublisher,
  type GrowingBlob,
  hasCode,
  type JobContext,
  type JobQueue,
  type Principal,
  type Reply,
  silentLogger,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import { type TestClock, type TestDatabase, testClock, testDatabase, testPrincipal } from '@madang/testing';
import type { UploadRules } from '../upload-limits.ts';
import { createUploads, type UploadsPart } from '../uploads.ts';

const grants = [{ permission: 'file:create', scope: 'own' }] as const;
export const mina = testPrincipal({ id: 'user_mina', grants });
export const jun = testPrincipal({ id: 'user_jun', grants });
export const guest = testPrincipal({ id: 'guest_g', role: 'guest', grants });

export const KIB = 1024;
export const DAY_MS = 24 * 3_600_000;
const rules: Partial<UploadRules> = {
  maxBytes: 1_000_000,
  personBytes: 2_000_000,
  openUploads: 4,
  partBytes: 64 * KIB,
  checkedBytes: 200 * KIB,
  idleSeconds: 0.3,
  leaseSeconds: 0.4,
};
export const refused = (definition: ErrorDefinition, extra?: object) => (error: unknown) => {
  assert.ok(hasCode(error, definition), `${definition.code}, not ${error}`);
  if (extra !== undefined) assert.deepEqual(error.details.extra, extra);
  return true;
};
export const digest = (algorithm: string, bytes: Buffer) => `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;
/** A store without the means of this machine. */
export const plain = (store: BlobStore): BlobStore => ({
  put: (...args) => store.put(...args),
  find: (...args) => store.find(...args),
  get: (...args) => store.get(...args),
  copy: (...args) => store.copy(...args),
  join: (...args) => store.join(...args),
  delete: (...args) => store.delete(...args),
  list: (...args) => store.list(...args),
});
export const body = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: false });

/** Both ways bytes may be kept; each test runs in both. */
export function describeUploads(title: string, tests: (bed: UploadBed) => void): void {
  for (const [way, grows] of [
    ['that grow in the store', true],
    ['in parts', false],
  ] as const)
    describe(`uploads ${way}: ${title}`, () => tests(uploadBed(grows)));
}

function uploadBed(grows: boolean) {
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
      sql(`select (select bytes from media.person_usage where owner_id = $1) as person, (select bytes from media.usage) as zone`, mina.id),
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

  return {
    grows,
    get database() {
      return t;
    },
    get blobs() {
      return blobs;
    },
    get clock() {
      return clock;
    },
    get part() {
      return part;
    },
    get zone() {
      return zone;
    },
    /** Limits of a zone are part of it. */
    set zone(other: ZoneContext) {
      zone = other;
    },
    /** A file that is longer than a part. */
    get bytes() {
      return bytes;
    },
    get queued() {
      return queued;
    },
    get published() {
      return published;
    },
    ...{ createWith, discardAll, call, create, patch, head, assembled, keys, usage, run, storeWith, grow, names },
  };
}

export type UploadBed = ReturnType<typeof uploadBed>;
