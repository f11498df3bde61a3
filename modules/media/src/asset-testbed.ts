import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  type AnyEventHandler,
  afterCommit,
  type BlobStore,
  type Clock,
  type EventPublisher,
  type ImageProcessor,
  type JobQueue,
  type JobStatus,
  type MediaTools,
  type Principal,
  silentLogger,
  systemClock,
  type ZoneContext,
} from '@madang/kernel';
import type { PlanOptions } from '@madang/media-plan';
import { type TestDatabase, testDatabase, testPrincipal } from '@madang/testing';
import type { MediaProgress } from './asset-contract.ts';
import { createMediaModule, type MediaModule } from './module.ts';

interface QueuedJob {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly payload: unknown;
  readonly priority: number;
  readonly startAfter: Date | undefined;
  readonly abort: AbortController;
  attempt: number;
  state: JobStatus['state'];
}

export interface Published {
  readonly name: string;
  readonly payload: Record<string, unknown>;
}

/** The real ones, which only tests may name. */
export interface TestDrivers {
  readonly openBlobs: (root: string) => Promise<BlobStore>;
  readonly images: ImageProcessor;
}

/** What stands between the module and its world, for tests that make the world fail. */
export interface TestbedOptions {
  readonly drivers: TestDrivers;
  readonly tools: MediaTools;
  readonly blobs?: (real: BlobStore) => BlobStore;
  /** Of what jobs see; a test's own questions go to the real one. */
  readonly zone?: (real: ZoneContext) => ZoneContext;
  readonly planOptions?: PlanOptions;
  readonly clock?: Clock;
}

/** A media module on a real database and a real store, whose jobs and events run when the test says so. */
export class AssetTestbed {
  readonly jobs: QueuedJob[] = [];
  readonly published: Published[] = [];
  readonly progress: MediaProgress[] = [];
  readonly mina: Principal = testPrincipal({ id: 'user_mina', name: 'Mina' });
  readonly zone: ZoneContext;
  readonly #worker: ZoneContext;
  readonly blobs: BlobStore;
  readonly media: MediaModule;
  readonly #database: TestDatabase;
  readonly #root: string;
  #events: Published[] = [];
  #numbers = 0;

  static async start(options: TestbedOptions): Promise<AssetTestbed> {
    const database = await testDatabase();
    const root = await mkdtemp(path.join(tmpdir(), 'madang-assets-'));
    const blobs = await options.drivers.openBlobs(path.join(root, 'blobs'));
    return new AssetTestbed(database, root, blobs, options);
  }

  private constructor(database: TestDatabase, root: string, blobs: BlobStore, options: TestbedOptions) {
    this.#database = database;
    this.#root = root;
    this.zone = database.zone('univ');
    this.#worker = options.zone?.(this.zone) ?? this.zone;
    this.blobs = blobs;
    this.media = createMediaModule({
      blobs: options.blobs?.(blobs) ?? blobs,
      images: options.drivers.images,
      tools: options.tools,
      jobs: this.#queue(),
      events: this.#publisher(),
      broadcaster: {
        emit: ({ room }, _event, payload) => {
          if (room.startsWith('asset:')) this.progress.push(payload as MediaProgress);
        },
        evict: () => {},
        endSession: () => {},
      },
      clock: options.clock ?? systemClock,
      logger: silentLogger,
      secret: Buffer.alloc(32, 7),
      workFolder: this.workFolder,
      temporaryFolder: root,
      planOptions: options.planOptions ?? {},
    });
  }

  get workFolder(): string {
    return path.join(this.#root, 'work');
  }

  async close(): Promise<void> {
    const started = await this.media.module.start?.();
    await started?.close();
    await this.#database.close();
    await rm(this.#root, { recursive: true, force: true });
  }

  /** An upload of these bytes, whole, or all but the last. */
  async upload(bytes: Buffer, { whole = true, name = 'film.mp4' } = {}): Promise<string> {
    const sent = whole ? bytes : bytes.subarray(0, -1);
    const reply = await this.#call('POST /api/v1/uploads', {
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
        'content-type': 'application/offset+octet-stream',
        'content-length': String(sent.length),
      },
      stream: Readable.from([sent], { objectMode: false }),
    });
    return String(reply.headers?.Location).split('/').at(-1) ?? '';
  }

  /** The byte that was missing. */
  async complete(uploadId: string, bytes: Buffer): Promise<void> {
    await this.#call('PATCH /api/v1/uploads/:uploadId', {
      params: { uploadId },
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': String(bytes.length - 1),
        'content-type': 'application/offset+octet-stream',
        'content-length': '1',
      },
      stream: Readable.from([bytes.subarray(-1)], { objectMode: false }),
    });
  }

  async #call(key: string, input: object): Promise<{ headers?: Readonly<Record<string, string>> }> {
    const route = this.media.module.routes?.find((each) => each.key === key);
    if (route === undefined) throw new Error(`no route ${key}`);
    const signal = new AbortController().signal;
    return await route.handler({
      zone: this.zone,
      principal: this.mina,
      params: {},
      query: {},
      signal,
      log: silentLogger,
      origin: 'http://t',
      ...input,
    } as never);
  }

  async create(uploadId: string, id = `video_${++this.#numbers}`): Promise<string> {
    await this.zone.db.transaction((tx) => this.media.assets.create(tx, { id, uploadId, ownerId: this.mina.id, access: 'public' }));
    return id;
  }

  /** Hands what was published to the module's handlers. */
  async deliver(): Promise<void> {
    const events = this.#events;
    this.#events = [];
    for (const { name, payload } of events) {
      const handlers: readonly AnyEventHandler[] = this.media.module.handlers ?? [];
      for (const handler of handlers.filter(({ event }) => event.name === name)) {
        await handler.handle({ zoneId: 'univ', zone: async () => this.zone, eventId: 'event_1', at: new Date() }, payload as never);
      }
    }
  }

  /** Jobs that may begin now, first the most urgent. */
  waiting(): QueuedJob[] {
    const now = Date.now();
    const ready = this.jobs.filter(({ state, startAfter }) => state === 'queued' && (startAfter?.getTime() ?? 0) <= now);
    return ready.sort((a, b) => b.priority - a.priority);
  }

  /** One try; what the handler throws is thrown, and the job waits again. */
  async run(job: QueuedJob): Promise<void> {
    const registration = this.media.module.jobs?.find(({ definition }) => definition.name === job.name);
    if (registration === undefined) throw new Error(`no job ${job.name}`);
    const handler = await registration.load();
    job.attempt++;
    job.state = 'running';
    try {
      const { id: jobId, attempt } = job;
      await handler(
        { jobId, attempt, zone: this.#worker, signal: job.abort.signal, log: silentLogger, progress: async () => {} },
        job.payload,
      );
      job.state = job.abort.signal.aborted ? 'cancelled' : 'done';
    } catch (error) {
      job.state = job.abort.signal.aborted ? 'cancelled' : job.attempt >= registration.definition.attempts ? 'failed' : 'queued';
      throw error;
    }
  }

  /** Everything there is to do, until nothing is left. What fails is tried again, as often as its definition says. */
  async settle(
    onError: (error: unknown, job: QueuedJob) => void = (error) => {
      throw error;
    },
  ): Promise<void> {
    for (;;) {
      await this.deliver();
      const [next] = this.waiting();
      if (next === undefined) return;
      await this.run(next).catch((error: unknown) => onError(error, next));
    }
  }

  async sweep(name: string): Promise<Readonly<Record<string, unknown>> | void> {
    const registration = this.media.module.jobs?.find(({ definition }) => definition.name === name);
    const handler = await registration?.load();
    return handler?.(
      { jobId: 'job_0', attempt: 1, zone: this.zone, signal: new AbortController().signal, log: silentLogger, progress: async () => {} },
      {},
    );
  }

  async keys(prefix = 'zones/univ/'): Promise<string[]> {
    return (await this.blobs.list(prefix)).map(({ key }) => key);
  }

  /** The names of what was made, below the version's folder. */
  async made(assetId: string, version = 'v1'): Promise<string[]> {
    const prefix = `zones/univ/vod/${assetId}/${version}/`;
    return (await this.keys(prefix)).map((key) => key.slice(prefix.length));
  }

  async text(assetId: string, file: string, version = 'v1'): Promise<string> {
    return (await this.bytes(assetId, file, version)).toString();
  }

  async bytes(assetId: string, file: string, version = 'v1'): Promise<Buffer> {
    const { body } = await this.blobs.get(`zones/univ/vod/${assetId}/${version}/${file}`);
    return Buffer.concat(await Array.fromAsync(body));
  }

  #publisher(): EventPublisher {
    return {
      publish: async (tx, { name, payload: schema }, payload) => {
        const event = { name, payload: schema.parse(payload) as Record<string, unknown> };
        afterCommit(tx, () => {
          this.published.push(event);
          this.#events.push(event);
        });
      },
    };
  }

  /** As the real one: a job exists when its transaction was committed, and of one key one is unfinished. */
  #queue(): JobQueue {
    const unfinished = (name: string, key: string) =>
      this.jobs.find((job) => job.name === name && job.key === key && (job.state === 'queued' || job.state === 'running'));
    return {
      enqueue: async (tx, definition, payload, { key, priority = 0, startAfter } = {}) => {
        const id = `job_${++this.#numbers}`;
        const { name } = definition;
        const ownKey = key ?? id;
        const present = unfinished(name, ownKey);
        if (present !== undefined) return present.id;
        const valid = definition.payload.parse(payload);
        const job = {
          id,
          name,
          key: ownKey,
          payload: valid,
          priority,
          startAfter,
          abort: new AbortController(),
          attempt: 0,
          state: 'queued' as const,
        };
        afterCommit(tx, () => {
          if (unfinished(name, ownKey) === undefined) this.jobs.push(job);
        });
        return id;
      },
      cancel: async (_zone, jobId) => {
        const job = this.jobs.find(({ id }) => id === jobId);
        if (job?.state === 'queued') job.state = 'cancelled';
        job?.abort.abort(new Error('cancelled'));
      },
      find: async (_zone, jobId) => {
        const job = this.jobs.find(({ id }) => id === jobId);
        if (job === undefined) return undefined;
        const { id, name, state, attempt } = job;
        return { id, name, state, attempt, percent: 0, detail: null, failure: null, createdAt: new Date(0), finishedAt: null };
      },
    };
  }
}
