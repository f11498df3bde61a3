import type { UploadLimits } from '@madang/media/contract';
import type { api as callApi } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import type { Session } from '../../../api/session.ts';
import { type Details, titleFromFile } from '../engine/details-draft.ts';
import { checkFile, checkFrame, type FileRefusal } from '../engine/file-check.ts';
import { advanceUploads, nextUploads, retryDelay, totalsOf, type UploadEvent, type UploadItem } from '../engine/upload-list.ts';
import { readLocalFrame } from './local-frame.ts';
import { failureOfProblem, judge, type Transfer, type TransferError, type Transport } from './transport.ts';
import { fingerprint, type uploadMemory } from './upload-memory.ts';
import { uploadSignal } from './upload-signal.ts';

export interface UploadQueueDeps {
  readonly api: typeof callApi;
  readonly session: Session;
  readonly transport: Transport;
  readonly memory: ReturnType<typeof uploadMemory>;
  readonly now: () => number;
  readonly random: () => number;
}

/** Where a file goes on that was begun before, perhaps elsewhere. */
export interface Begun {
  readonly uploadId: string;
  readonly url: string;
  readonly videoId: string | null;
}

/** What goes with an item and is no business of pages. */
interface Work {
  readonly file: File;
  /** The browser has looked at it, and it may begin. */
  ready: boolean;
  url: string | undefined;
  transfer: Transfer | undefined;
  failures: number;
  retry: ReturnType<typeof setTimeout> | undefined;
  draft: Partial<Details>;
  /** Its video is being asked for. */
  making: boolean;
  /** This file takes the place of another one's bytes when it is all there. */
  readonly replaces: string | undefined;
}

const NOTICE_MS = 120;
/** How long a cancelled upload can be taken back before the server forgets it. */
export const UNDO_MS = 6_000;

/**
 * The uploads of one person on this page. They live as long as the page does, whichever of its views is open; `close` when
 * another person is here.
 */
export class UploadQueue {
  readonly #deps: UploadQueueDeps;
  readonly #work = new Map<string, Work>();
  readonly #listeners = new Set<() => void>();
  #list: readonly UploadItem[] = [];
  #notice: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> = Promise.resolve();
  #names = 0;
  #closed = false;

  static create(deps: UploadQueueDeps): UploadQueue {
    const queue = new UploadQueue(deps);
    window.addEventListener('online', queue.#wake);
    window.addEventListener('beforeunload', queue.#warn);
    return queue;
  }
  private constructor(deps: UploadQueueDeps) {
    this.#deps = deps;
  }

  readonly get = (): readonly UploadItem[] => this.#list;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes files in; those begun before go on where they were. Answers the first one's id. */
  add(files: readonly File[], limits: UploadLimits, begun?: Begun): string | undefined {
    const ids = files.map((file) => this.#take(file, limits, begun ?? this.#deps.memory.find(file), undefined));
    return ids[0];
  }

  /** Another source for a video that exists: its viewers keep the old one until all bytes are there. */
  replace(file: File, limits: UploadLimits, videoId: string): string {
    return this.#take(file, limits, undefined, videoId);
  }

  /** What the person says of a file before there is a video to say it of. */
  describe(id: string, details: Partial<Details>): void {
    const work = this.#work.get(id);
    if (work !== undefined) Object.assign(work.draft, details);
  }
  draftOf(id: string): Partial<Details> {
    return this.#work.get(id)?.draft ?? {};
  }

  pause(id: string): void {
    this.#stop(id);
    this.#apply({ kind: 'paused', id });
  }
  resume(id: string): void {
    const work = this.#work.get(id);
    if (work === undefined) return;
    this.#stop(id);
    work.failures = 0;
    this.#apply({ kind: 'resumed', id });
  }
  pauseAll(): void {
    for (const { id } of this.#list) this.pause(id);
  }
  resumeAll(): void {
    for (const { id, state } of this.#list) if (state === 'paused' || state === 'lost') this.resume(id);
  }

  /** Takes it off the list; the server forgets it once it can no longer be taken back. Answers how to take it back. */
  cancel(id: string): () => void {
    const item = this.#list.find((one) => one.id === id);
    const work = this.#work.get(id);
    if (item === undefined || work === undefined) return () => undefined;
    this.#stop(id);
    this.#apply({ kind: 'removed', id });
    this.#work.delete(id);
    const timer = setTimeout(() => void this.#forget(item, work), UNDO_MS);
    return () => {
      clearTimeout(timer);
      if (this.#closed || this.#work.has(id)) return;
      work.ready = item.state !== 'refused';
      this.#work.set(id, work);
      this.#apply({ kind: 'added', item: { ...item, state: item.state === 'refused' ? 'refused' : 'queued', speed: null } });
    };
  }

  /** Off the list and nothing else: it is a video now, or never began. */
  dismiss(id: string): void {
    this.#stop(id);
    const item = this.#list.find((one) => one.id === id);
    if (item?.poster) URL.revokeObjectURL(item.poster);
    this.#work.delete(id);
    this.#apply({ kind: 'removed', id });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    window.removeEventListener('online', this.#wake);
    window.removeEventListener('beforeunload', this.#warn);
    for (const { id } of this.#list) this.dismiss(id);
    this.#listeners.clear();
  }

  #take(file: File, limits: UploadLimits, begun: Begun | undefined, replaces: string | undefined): string {
    const id = `local_${++this.#names}`;
    const reserved = this.#list
      .filter(({ uploadId, state }) => uploadId === null && state !== 'refused' && state !== 'failed')
      .reduce((sum, { size }) => sum + size, 0);
    const refusal = checkFile(file, limits, begun === undefined ? reserved : -file.size);
    this.#work.set(id, {
      file,
      ready: false,
      url: begun?.url,
      transfer: undefined,
      failures: 0,
      retry: undefined,
      draft: {},
      making: false,
      replaces,
    });
    const item: UploadItem = {
      id,
      name: file.name,
      size: file.size,
      sent: 0,
      state: 'queued',
      speed: null,
      uploadId: begun?.uploadId ?? null,
      videoId: begun?.videoId ?? replaces ?? null,
      failure: null,
      poster: null,
      durationSeconds: null,
    };
    this.#apply({ kind: 'added', item });
    if (refusal !== undefined) this.#refuse(id, refusal);
    else this.#looking = this.#looking.then(() => this.#look(id, file, limits));
    return id;
  }

  async #look(id: string, file: File, limits: UploadLimits): Promise<void> {
    const frame = await readLocalFrame(file);
    const work = this.#work.get(id);
    if (work === undefined) return;
    if (frame !== undefined) {
      this.#apply({ kind: 'described', id, poster: frame.poster, durationSeconds: frame.durationSeconds });
      const refusal = checkFrame(frame, limits);
      if (refusal !== undefined) return this.#refuse(id, refusal);
    }
    work.ready = true;
    this.#drain();
  }

  #refuse(id: string, code: FileRefusal): void {
    this.#apply({ kind: 'refused', id, failure: { code, message: '', requestId: null } });
  }

  #drain(): void {
    for (const { id } of nextUploads(this.#list)) {
      const work = this.#work.get(id);
      if (work?.ready) this.#begin(id, work);
    }
  }

  #begin(id: string, work: Work): void {
    this.#stop(id);
    this.#apply({ kind: 'started', id });
    work.transfer = this.#deps.transport.send(work.file, work.url, {
      token: () => this.#deps.session.bearer(),
      onCreated: (url, uploadId) => this.#created(id, work, url, uploadId),
      onProgress: (sent) => {
        work.failures = 0;
        this.#apply({ kind: 'progressed', id, sent, at: this.#deps.now() });
      },
      onDone: () => void this.#done(id, work),
      onError: (error) => void this.#failed(id, work, error),
    });
    const item = this.#list.find((one) => one.id === id);
    if (item?.uploadId && item.videoId === null) void this.#makeVideo(id, work, item.uploadId);
  }

  #created(id: string, work: Work, url: string, uploadId: string): void {
    const before = this.#list.find((one) => one.id === id);
    work.url = url;
    this.#apply({ kind: 'created', id, uploadId });
    const videoId = work.replaces === undefined ? (before?.videoId ?? null) : null;
    if (work.replaces !== undefined) return;
    this.#deps.memory.keep({ print: fingerprint(work.file), url, uploadId, videoId, at: Date.now() });
    // Begun anew after the server had forgotten the first attempt: the video is the same.
    if (videoId !== null) void this.#givesVideo(id, videoId, uploadId);
    else void this.#makeVideo(id, work, uploadId);
  }

  /** While bytes travel, so that details can be written meanwhile. Private until the person says otherwise. */
  async #makeVideo(id: string, work: Work, uploadId: string): Promise<void> {
    if (work.making) return;
    work.making = true;
    const { title = titleFromFile(work.file.name), language, ...draft } = work.draft;
    try {
      const video = await this.#insist(id, () =>
        this.#deps.api('POST /api/v1/videos', {
          body: { uploadId, title, visibility: 'private', ...draft, tags: draft.tags && [...draft.tags], language: language || null },
        }),
      );
      if (video === undefined) return;
      this.#apply({ kind: 'became', id, videoId: video.id });
      const remembered = this.#deps.memory.find(work.file);
      if (remembered?.uploadId === uploadId) this.#deps.memory.keep({ ...remembered, videoId: video.id });
    } catch (error) {
      this.#refused(id, error);
    } finally {
      work.making = false;
    }
  }

  async #givesVideo(id: string, videoId: string, uploadId: string): Promise<void> {
    try {
      await this.#insist(id, () => this.#deps.api('PATCH /api/v1/videos/:videoId', { params: { videoId }, body: { uploadId } }));
    } catch (error) {
      this.#refused(id, error);
    }
  }

  /** Until an answer comes, as long as the item is on the list. */
  async #insist<Answer>(id: string, call: () => Promise<Answer>): Promise<Answer | undefined> {
    for (let failures = 1; this.#work.has(id); failures++) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof ApiProblem) || (error.status !== 0 && error.status !== 429 && error.status < 500)) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryDelay(failures, this.#deps.random())));
      }
    }
    return undefined;
  }

  #refused(id: string, error: unknown): void {
    if (!(error instanceof ApiProblem)) throw error;
    this.#stop(id);
    this.#apply({ kind: 'failed', id, failure: failureOfProblem(error.document) });
  }

  async #done(id: string, work: Work): Promise<void> {
    work.transfer = undefined;
    const item = this.#list.find((one) => one.id === id);
    if (item?.uploadId) this.#deps.memory.drop(item.uploadId);
    if (work.replaces !== undefined && item?.uploadId) await this.#givesVideo(id, work.replaces, item.uploadId);
    this.#apply({ kind: 'sent', id });
  }

  async #failed(id: string, work: Work, error: TransferError): Promise<void> {
    work.transfer = undefined;
    work.failures++;
    const verdict = judge(error, work.failures);
    if (verdict.kind === 'fail') return this.#apply({ kind: 'failed', id, failure: verdict.failure });
    this.#apply({ kind: 'lost', id });
    if (verdict.kind === 'anew') work.url = undefined;
    if (verdict.kind === 'renew') await this.#deps.session.refresh(error.token).catch(() => undefined);
    const delay = verdict.kind === 'wait' ? Math.max(verdict.atLeastMs, retryDelay(work.failures, this.#deps.random())) : 0;
    work.retry = setTimeout(() => {
      // Without a network there is nothing to try: `online` wakes it.
      if (navigator.onLine && this.#list.some((one) => one.id === id && one.state === 'lost')) this.#begin(id, work);
    }, delay);
  }

  /** Cancelled for good: with its video everything goes, without one the bytes do. What cannot be told now expires there. */
  async #forget(item: UploadItem, work: Work): Promise<void> {
    if (item.poster) URL.revokeObjectURL(item.poster);
    if (item.uploadId) this.#deps.memory.drop(item.uploadId);
    try {
      if (item.videoId !== null && work.replaces === undefined)
        await this.#deps.api('DELETE /api/v1/videos/:videoId', { params: { videoId: item.videoId } });
      else if (work.url !== undefined) await this.#deps.transport.terminate(work.url, () => this.#deps.session.bearer());
    } catch {
      // unused uploads expire by themselves
    }
  }

  #stop(id: string): void {
    const work = this.#work.get(id);
    if (work === undefined) return;
    clearTimeout(work.retry);
    work.transfer?.abort();
    work.transfer = undefined;
  }

  #apply(event: UploadEvent): void {
    const before = this.#list;
    this.#list = advanceUploads(before, event);
    if (this.#list === before) return;
    if (event.kind === 'progressed') {
      this.#notice ??= setTimeout(() => this.#tell(), NOTICE_MS);
      return;
    }
    this.#tell();
    if (event.kind !== 'started') this.#drain();
  }

  #tell(): void {
    clearTimeout(this.#notice);
    this.#notice = undefined;
    const { open, paused, lost, sending, ratio } = totalsOf(this.#list);
    uploadSignal.set({ open, paused, lost: lost > 0 && sending === 0, ratio });
    for (const listener of this.#listeners) listener();
  }

  readonly #wake = () => {
    for (const { id, state } of this.#list) {
      const work = this.#work.get(id);
      if (state !== 'lost' || work === undefined) continue;
      work.failures = 0;
      this.#begin(id, work);
    }
  };
  readonly #warn = (event: BeforeUnloadEvent) => {
    if (totalsOf(this.#list).open > 0) event.preventDefault();
  };
}
