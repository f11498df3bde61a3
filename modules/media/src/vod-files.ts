import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type BlobInfo, BlobNotFound, type BlobStore } from '@madang/kernel';
import { isSame, type Openable, stampOf, VodHandles } from './vod-handles.ts';
import { heat, type Keepable, VodMemory } from './vod-memory.ts';

/** One stored object as it is served: described once, its bytes in memory, in an open file or in the store. */
export interface VodFile extends Keepable {
  readonly key: string;
  /** Quoted. */
  readonly etag: string;
  /** Where it lies on this machine; undefined in a store elsewhere. */
  readonly local: Openable | undefined;
  /** Numbers of the segments a media playlist lists. */
  segments: { readonly first: number; readonly last: number } | undefined;
  /** It was looked at after the last time it could change. */
  settled: boolean;
  /** When it was last looked at whether it is still the same: by the clock for a store elsewhere, monotonic here. */
  checkedAt: number;
  /** When it was last put at the end of the order of use. */
  orderedAt: number;
}

interface VodFilesOptions {
  readonly blobs: BlobStore;
  readonly memoryBytes: number;
  readonly openFiles: number;
  readonly clock: { now(): Date };
}

/** How a file is looked at: playlists may change at any time, nothing of a finished film does. */
interface Look {
  readonly playlist: boolean;
  readonly mayChange: boolean;
  /** It is being made now, so that whoever asks wants the newest. */
  readonly growing: boolean;
  readonly now: number;
}

/** Up to this many bytes are read at once and kept. */
export const SMALL_BYTES = 64 * 1024;
/** Of a playlist: twelve hours of segments take half of it. */
const PLAYLIST_BYTES = 1024 * 1024;
const MAX_DESCRIBED = 20_000;
/** How long a look at a local file holds: hardly, while it grows; what may be kept by others for an hour may wait a moment. */
const GROWING_MS = 1;
const STANDING_MS = 50;
/** In the order of use, what was used within a second counts as used at once. */
const ORDER_MS = 1000;
/** How long a store elsewhere is believed about what may change. */
const RECHECK_MS = 1000;
const UNUSED_MS = 60_000;

/** What is known of stored objects, so that most requests ask the store nothing. */
export class VodFiles {
  readonly memory: VodMemory<VodFile>;
  readonly handles: VodHandles<Openable>;
  readonly #blobs: BlobStore;
  readonly #clock: VodFilesOptions['clock'];
  /** Longest unused first. */
  readonly #files = new Map<string, VodFile>();
  /** What is being learned or fetched, so that many who ask at once ask once. */
  readonly #finding = new Map<string, Promise<VodFile | undefined>>();
  readonly #fetching = new Map<VodFile, Promise<boolean>>();
  #sweep: NodeJS.Timeout | undefined;

  constructor({ blobs, memoryBytes, openFiles, clock }: VodFilesOptions) {
    this.#blobs = blobs;
    this.#clock = clock;
    this.memory = new VodMemory(memoryBytes);
    this.handles = new VodHandles(openFiles);
  }

  /** At once where nothing has to be asked; undefined when it is not there. */
  find(key: string, look: Look): VodFile | undefined | Promise<VodFile | undefined> {
    const file = this.#files.get(key);
    if (file === undefined) return this.#once(key, look, () => this.#load(key, look));
    if (file.settled && !look.mayChange) return file;
    if (file.local === undefined) {
      const age = look.now - file.checkedAt;
      if (look.mayChange && age >= 0 && age < RECHECK_MS) return file;
      return this.#once(key, look, () => this.#confirm(file, look));
    }
    const moment = performance.now();
    if (look.mayChange && moment - file.checkedAt < (look.growing ? GROWING_MS : STANDING_MS)) return file;
    // Looking at a name of a local folder takes 2 to 4 µs here; by way of the thread pool it would take twenty.
    const stats = statOf(file.local.path);
    if (stats !== undefined && isSame(stampOf(stats), file.local.stamp)) {
      if (!look.mayChange) file.settled = true;
      file.checkedAt = moment;
      return file;
    }
    this.forget(file);
    return this.#once(key, look, () => this.#load(key, look));
  }

  /** Counts a request for its bytes, which decides what is kept. */
  used(file: VodFile, now: number): void {
    heat(file, now);
    if (now - file.orderedAt < ORDER_MS) return;
    file.orderedAt = now;
    this.memory.used(file);
    if (this.#files.delete(file.key)) this.#files.set(file.key, file);
  }

  /** Brings the bytes of an object elsewhere into memory, once for all who want them now. False: no room, or it is not this any more. */
  fetch(file: VodFile, now: number): Promise<boolean> {
    let fetching = this.#fetching.get(file);
    if (fetching === undefined) {
      fetching = this.#fetch(file, now).finally(() => this.#fetching.delete(file));
      this.#fetching.set(file, fetching);
    }
    return fetching;
  }

  forget(file: VodFile): void {
    if (this.#files.get(file.key) === file) this.#files.delete(file.key);
    this.memory.release(file);
    if (file.local !== undefined) this.handles.dismiss(file.local);
  }

  /** Idempotent. What is being sent is closed when it was sent. */
  close(): void {
    clearInterval(this.#sweep);
    this.handles.close();
    for (const file of this.#files.values()) this.memory.release(file);
    this.#files.clear();
  }

  #once(key: string, look: Look, work: () => Promise<VodFile | undefined>): Promise<VodFile | undefined> {
    const under = this.#finding.get(key);
    if (under !== undefined) {
      // it may have begun before the last change that this request must see
      return look.mayChange ? under.then(() => this.find(key, look)) : under;
    }
    const finding = work().finally(() => this.#finding.delete(key));
    this.#finding.set(key, finding);
    return finding;
  }

  async #load(key: string, look: Look): Promise<VodFile | undefined> {
    let file: VodFile | undefined;
    try {
      file = await this.#describe(key, look);
    } catch (error) {
      if (!(error instanceof BlobNotFound)) throw error;
    }
    if (file === undefined) return undefined;
    const oldest = this.#files.size < MAX_DESCRIBED ? undefined : this.#files.values().next().value;
    if (oldest !== undefined) this.forget(oldest);
    this.#files.set(key, file);
    this.#sweep ??= setInterval(() => this.#releaseUnused(), UNUSED_MS / 2).unref();
    return file;
  }

  async #describe(key: string, look: Look): Promise<VodFile | undefined> {
    let local: Openable | undefined;
    if (this.#blobs.localPath !== undefined) {
      const path = await this.#blobs.localPath(key);
      // before the bytes: if they are replaced meanwhile, the next look sees it
      const stats = path === undefined ? undefined : await stat(path).catch(ignoreMissing);
      const info = stats === undefined ? undefined : await this.#blobs.find(key);
      if (path === undefined || stats === undefined || info === undefined) return undefined;
      local = { path, stamp: stampOf(stats) };
      if (info.bytes > (look.playlist ? PLAYLIST_BYTES : SMALL_BYTES)) return describe(info, local, look);
    }
    const { info, body } = await this.#blobs.get(key);
    const file = describe(info, local, look);
    if (await this.#keep(file, body, look.now)) {
      const text = look.playlist && file.contents !== undefined ? file.contents.toString('latin1') : undefined;
      if (text !== undefined) file.segments = segmentsOf(text);
      // Node sends head and string in one piece, which a buffer never is
      if (file.bytes <= SMALL_BYTES) file.text = text;
    }
    return file;
  }

  /** Whether an object elsewhere is still the one that is known. */
  async #confirm(file: VodFile, look: Look): Promise<VodFile | undefined> {
    const info = await this.#blobs.find(file.key);
    if (info === undefined || quoted(info.etag) !== file.etag) {
      this.forget(file);
      return info && this.#load(file.key, look);
    }
    file.checkedAt = look.now;
    if (!look.mayChange) file.settled = true;
    return file;
  }

  async #fetch(file: VodFile, now: number): Promise<boolean> {
    const { info, body } = await this.#blobs.get(file.key);
    if (quoted(info.etag) === file.etag) return this.#keep(file, body, now);
    body.destroy();
    this.forget(file);
    return false;
  }

  /** Reads the whole into memory; false, with the body ended, where there is no room. */
  async #keep(file: VodFile, body: Readable, now: number): Promise<boolean> {
    if (!this.memory.reserve(file, now, true)) {
      body.destroy();
      return false;
    }
    try {
      const whole = await readWhole(body, file.bytes);
      if (!this.memory.has(file)) return false; // forgotten meanwhile
      file.contents = whole;
      return true;
    } catch (error) {
      this.memory.release(file);
      throw error;
    }
  }

  #releaseUnused(): void {
    const before = this.#clock.now().getTime() - UNUSED_MS;
    this.memory.releaseUnused(before);
    this.handles.dismissUnused(before);
  }
}

function describe(info: BlobInfo, local: Openable | undefined, { mayChange, now }: Look): VodFile {
  return {
    key: info.key,
    etag: quoted(info.etag),
    bytes: info.bytes,
    local,
    contents: undefined,
    text: undefined,
    segments: undefined,
    settled: !mayChange,
    checkedAt: local === undefined ? now : 0,
    orderedAt: now,
    readers: 0,
    heat: 0,
    heatedAt: now,
  };
}

async function readWhole(body: Readable, bytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) at += chunk.copy(whole, at);
  if (at !== bytes) throw new Error(`${at} of ${bytes} bytes arrived`);
  return whole;
}

/** Segments are numbered without holes: the first and the last say which there are. */
function segmentsOf(playlist: string): VodFile['segments'] {
  const first = /(?:^|\n)s(\d{5,7})\.m4s/.exec(playlist)?.[1];
  if (first === undefined) return undefined;
  const last = /s(\d{5,7})\.m4s\s*(?:#EXT-X-ENDLIST\s*)?$/.exec(playlist.slice(-100))?.[1];
  return { first: Number(first), last: Number(last ?? first) };
}

const quoted = (etag: string): string => `"${etag}"`;

/** Undefined for what cannot be looked at, too: the store then says why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
