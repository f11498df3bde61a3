import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, readdir, realpath, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import {
  BlobChecksumMismatch,
  type BlobEntry,
  type BlobInfo,
  BlobNotFound,
  type BlobPiece,
  type BlobRange,
  type BlobStore,
  BlobTooLarge,
  type GrowingBlob,
  type JoinOptions,
  type Logger,
  type PutOptions,
  RangeNotSatisfiable,
} from '@madang/kernel';
import { checkContentType, checkKey, checkPrefix } from './blob-key.ts';
import { directoryNames, fromBytes, growingNames, objectNames, type PathEntry, readName, toBytes } from './blob-path.ts';
import { GrowingFile, sealGrowing } from './growing-file.ts';
import { writeJoined } from './joined-file.ts';
import { ignoreMissing, isMissing } from './missing-file.ts';
import { encodeTrailer, readInfo, writeAll } from './object-file.ts';

export interface FileBlobsOptions {
  /** Folder of the store, made when missing. May be shared by several nodes over a file system with atomic rename. */
  readonly root: string;
  readonly logger: Logger;
  /** Milliseconds without a write after which an unfinished put counts as dead; default 1 h. */
  readonly staleAfterMs?: number;
}

const MAX_LIST = 1000;

/** Objects as files below one folder. Sweeps what killed puts left, then serves. */
export async function createFileBlobs({ root, logger, staleAfterMs = 3_600_000 }: FileBlobsOptions): Promise<BlobStore> {
  await mkdir(path.join(root, 'objects'), { recursive: true, mode: 0o700 });
  const home = await realpath(root);
  const temporary = path.join(home, 'unfinished');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const swept = await sweep(temporary, Date.now() - staleAfterMs);
  if (swept > 0) logger.info({ files: swept }, 'unfinished blobs of an earlier run removed');
  return new FileBlobs(path.join(home, 'objects'), temporary);
}

async function sweep(folder: string, olderThan: number): Promise<number> {
  let swept = 0;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const info = await stat(file).catch(ignoreMissing);
    if (info === undefined || info.mtimeMs > olderThan) continue;
    await rm(file, { force: true });
    swept++;
  }
  return swept;
}

class FileBlobs implements BlobStore {
  readonly #objects: string;
  readonly #temporary: string;

  constructor(objects: string, temporary: string) {
    this.#objects = objects;
    this.#temporary = temporary;
  }

  async put(key: string, body: Readable | Buffer, options: PutOptions): Promise<BlobInfo> {
    checkKey(key);
    checkContentType(options.contentType);
    // A source may fail before it is first read; the reading loop then throws what it failed with.
    if (body instanceof Readable) body.on('error', () => {});
    options.signal?.throwIfAborted();
    return this.#publish(key, async (temporary) => {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await writeObject(handle, body, options);
      } finally {
        await handle.close();
      }
    });
  }

  async find(key: string): Promise<BlobInfo | undefined> {
    const handle = await this.#open(key);
    try {
      return handle && (await readInfo(key, handle));
    } finally {
      await handle?.close();
    }
  }

  async get(key: string, range?: BlobRange): Promise<{ info: BlobInfo; body: Readable }> {
    const handle = await this.#open(key);
    if (handle === undefined) throw new BlobNotFound(key);
    try {
      const info = await readInfo(key, handle);
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? info.bytes - 1, info.bytes - 1);
      if (range !== undefined && !(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end)) {
        throw new RangeNotSatisfiable(`${key} has ${info.bytes} bytes`);
      }
      if (info.bytes === 0) {
        await handle.close();
        return { info, body: Readable.from([]) };
      }
      return { info, body: handle.createReadStream({ start, end, highWaterMark: 256 * 1024 }) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async localPath(key: string): Promise<string | undefined> {
    const handle = await this.#open(key);
    await handle?.close();
    return handle && this.#pathOf(key);
  }

  async copy(from: string, to: string): Promise<BlobInfo> {
    checkKey(to);
    const source = this.#pathOf(from);
    return this.#publish(to, (temporary) => duplicate(from, source, temporary));
  }

  async join(pieces: readonly BlobPiece[], to: string, options: JoinOptions): Promise<BlobInfo> {
    checkKey(to);
    checkContentType(options.contentType);
    const files = pieces.map((piece) => ({ ...piece, file: this.#pathOf(piece.key), growing: this.#growingPathOf(piece.key) }));
    const [only] = files;
    return this.#publish(to, async (temporary) => {
      if (only === undefined || files.length > 1 || !(await isFile(only.growing))) return writeJoined(temporary, files, options);
      await sealGrowing(only.growing, { ...only, contentType: options.contentType });
      await duplicate(only.key, only.growing, temporary);
    });
  }

  async grow(key: string, at: number): Promise<GrowingBlob> {
    const file = this.#growingPathOf(key);
    const folder = path.dirname(file);
    if (at === 0) {
      const { standing, made } = await this.#inFolder(folder, () =>
        open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600),
      );
      return new GrowingFile(made, 0, () => syncFolders(folder, standing));
    }
    if (!(await this.#isInside(folder))) throw new BlobNotFound(key);
    const handle = await open(file, constants.O_WRONLY | constants.O_NOFOLLOW).catch(ignoreMissing);
    if (handle !== undefined && (await handle.stat()).size >= at) return new GrowingFile(handle, at);
    await handle?.close();
    throw new BlobNotFound(key);
  }

  async delete(key: string): Promise<void> {
    const file = this.#pathOf(key);
    if (!(await this.#isInside(path.dirname(file)))) return;
    try {
      await unlink(file);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await unlink(this.#growingPathOf(key)).catch(ignoreMissing);
    }
    // Empty folders are cleared away as far up as they go; one that another put just filled stays.
    for (let folder = path.dirname(file); folder !== this.#objects; folder = path.dirname(folder)) {
      try {
        await rmdir(folder);
      } catch (error) {
        if (isMissing(error)) continue;
        break;
      }
    }
  }

  async list(prefix: string, options: { after?: string; limit?: number } = {}): Promise<BlobEntry[]> {
    checkPrefix(prefix);
    const limit = Math.max(0, Math.min(options.limit ?? MAX_LIST, MAX_LIST));
    const bytes = toBytes(prefix);
    const base = bytes.slice(0, bytes.lastIndexOf('/') + 1);
    const found: BlobEntry[] = [];
    if (limit === 0) return found;
    const folder = path.join(this.#objects, ...directoryNames(base));
    for await (const { key, kind } of this.#walk(folder, base, bytes, toBytes(options.after ?? ''))) {
      const name = fromBytes(key);
      const info = kind === 'growing' ? await this.#describeGrowing(name) : await this.find(name);
      if (info !== undefined) found.push(info); // else deleted meanwhile
      if (found.length === limit) break;
    }
    return found;
  }

  /** Keys below a folder in order; enters only folders that may hold a key with the prefix that comes after `after`. */
  async *#walk(folder: string, base: string, prefix: string, after: string): AsyncGenerator<{ key: string; kind: PathEntry['kind'] }> {
    const entries: (PathEntry & { name: string })[] = [];
    if (!(await this.#isInside(folder))) return;
    for (const item of (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? []) {
      if (!item.isFile() && !item.isDirectory()) continue;
      const entry = readName(item.name, item.isDirectory());
      if (entry !== undefined) entries.push({ ...entry, name: item.name });
    }
    // An object comes before the longer keys that begin with its own.
    entries.sort((a, b) => (a.bytes < b.bytes ? -1 : a.bytes > b.bytes ? 1 : Number(a.kind === 'folder') - Number(b.kind === 'folder')));
    for (const { bytes, kind, name } of entries) {
      const key = base + bytes;
      if (kind !== 'folder') {
        if (key > after && key.startsWith(prefix)) yield { key, kind };
      } else if ((key.startsWith(prefix) || prefix.startsWith(key)) && (key > after || after.startsWith(key))) {
        yield* this.#walk(path.join(folder, name), key, prefix, after);
      }
    }
  }

  #pathOf(key: string): string {
    checkKey(key);
    return path.join(this.#objects, ...objectNames(toBytes(key)));
  }

  #growingPathOf(key: string): string {
    checkKey(key);
    return path.join(this.#objects, ...growingNames(toBytes(key)));
  }

  async #describeGrowing(key: string): Promise<BlobEntry | undefined> {
    const info = await stat(this.#growingPathOf(key)).catch(ignoreMissing);
    return info && { key, bytes: info.size, etag: '', lastModified: info.mtime };
  }

  /** False when the folder is missing or a symbolic link on its way leads elsewhere. */
  async #isInside(folder: string): Promise<boolean> {
    return (await realpath(folder).catch(ignoreMissing)) === folder;
  }

  async #open(key: string): Promise<FileHandle | undefined> {
    const file = this.#pathOf(key);
    if (!(await this.#isInside(path.dirname(file)))) return undefined;
    try {
      return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ELOOP') return undefined;
      throw error;
    }
  }

  /** Lets `write` make a whole file aside, then gives it its name: durable when this resolves, without a trace when it throws. */
  async #publish(key: string, write: (temporary: string) => Promise<void>): Promise<BlobInfo> {
    const file = this.#pathOf(key);
    const temporary = path.join(this.#temporary, randomUUID());
    try {
      await write(temporary);
      const handle = await open(temporary, constants.O_RDONLY | constants.O_NOFOLLOW);
      const info = await readInfo(key, handle).finally(() => handle.close());
      await this.#rename(temporary, file);
      return info;
    } finally {
      // Still there after a failure, and after renaming one name of a file onto another of the same file (POSIX: no effect).
      await rm(temporary, { force: true });
    }
  }

  async #rename(temporary: string, file: string): Promise<void> {
    const folder = path.dirname(file);
    const { standing } = await this.#inFolder(folder, () => rename(temporary, file));
    await syncFolders(folder, standing);
  }

  /** Makes something in a folder, and the folder where it is missing. `standing`: the lowest folder that was there before. */
  async #inFolder<T>(folder: string, make: () => Promise<T>): Promise<{ standing: string; made: T }> {
    for (let attempt = 1; ; attempt++) {
      try {
        const standing = await this.#nearestFolder(folder);
        if (standing !== folder) await mkdir(folder, { recursive: true, mode: 0o700 });
        return { standing, made: await make() };
      } catch (error) {
        // A delete cleared the still empty folder away between the calls.
        if (!isMissing(error) || attempt === 20) throw error;
      }
    }
  }

  /** The folder itself or the closest one above it that exists. Throws when a symbolic link on the way leads elsewhere. */
  async #nearestFolder(folder: string): Promise<string> {
    for (let at = folder; ; at = path.dirname(at)) {
      const real = await realpath(at).catch(ignoreMissing);
      if (real === at) return at;
      if (real !== undefined || at === this.#objects) throw new Error(`${at} leads out of the store`);
    }
  }
}

/** Object files are replaced, never changed, so two names may share one: a copy of any size costs the same. */
async function duplicate(key: string, source: string, temporary: string): Promise<void> {
  const linked = await link(source, temporary).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (isMissing(error)) throw new BlobNotFound(key);
      return false;
    },
  );
  if (linked) return;
  await copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const handle = await open(temporary, 'r+');
  await handle.sync().finally(() => handle.close());
}

const isFile = async (file: string): Promise<boolean> => (await stat(file).catch(ignoreMissing))?.isFile() === true;

/** Written together: a call for each chunk that arrives costs more than the writing itself. */
const WRITE_BYTES = 1024 * 1024;

async function writeObject(handle: FileHandle, body: Readable | Buffer, options: PutOptions): Promise<void> {
  const hash = options.hash === false && options.sha256 === undefined ? undefined : createHash('sha256');
  let bytes = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const write = async (): Promise<void> => {
    await writeAll(handle, waiting, waitingBytes);
    waiting = [];
    waitingBytes = 0;
  };
  for await (const chunk of chunksOf(body, options.signal)) {
    bytes += chunk.length;
    if (options.maxBytes !== undefined && bytes > options.maxBytes) throw new BlobTooLarge(`more than ${options.maxBytes} bytes`);
    hash?.update(chunk);
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= WRITE_BYTES) await write();
  }
  options.signal?.throwIfAborted();
  const sha256 = hash?.digest('hex') ?? null;
  if (options.sha256 !== undefined && options.sha256.toLowerCase() !== sha256)
    throw new BlobChecksumMismatch(`the bytes hash to ${sha256}`);
  const trailer = encodeTrailer({ contentType: options.contentType, bytes, sha256, ...(sha256 === null && { etag: randomUUID() }) });
  waiting.push(trailer);
  waitingBytes += trailer.length;
  await write();
  await handle.sync();
}

function chunksOf(body: Readable | Buffer, signal: AbortSignal | undefined): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (Buffer.isBuffer(body)) return [body];
  return signal === undefined ? body : addAbortSignal(signal, body);
}

/** A new name is durable once its folder is; a new folder once the one above is. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY).catch(ignoreMissing);
    await handle?.sync().finally(() => handle.close());
    if (folder === upTo || folder.length <= upTo.length) return;
  }
}
