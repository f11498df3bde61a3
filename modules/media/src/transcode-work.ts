import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore, Logger } from '@madang/kernel';

/** A source on this machine's disk, until it is let go. */
export interface LocalSource {
  readonly path: string;
  release(): void;
}

/** Folders of this process for what is under way, and local copies of sources that lie elsewhere. */
export interface WorkPlace {
  /** Runs `work` with an empty folder, which goes afterwards. */
  inFolder<T>(work: (folder: string) => Promise<T>): Promise<T>;
  /** A copy of a small object in `folder`; its path. */
  fetch(key: string, folder: string): Promise<string>;
  /** Of several who ask for the same source one fetches it; it stays a while for the next chunk. */
  openSource(key: string, signal: AbortSignal): Promise<LocalSource>;
  /** Takes away what processes that are gone left behind; how many folders. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** How long a fetched source waits for the next one who needs it. */
const LINGER_MS = 60_000;
/** Older than any job may become. */
const STALE_MS = 12 * 3_600_000;

interface Fetched {
  users: number;
  readonly file: Promise<string>;
  linger: NodeJS.Timeout | undefined;
}

export function createWorkPlace({ blobs, folder, logger }: { blobs: BlobStore; folder: string; logger: Logger }): WorkPlace {
  const host = hostname().replaceAll(/[^a-z0-9-]/gi, '-');
  const own = path.join(folder, `${host}.${process.pid}.${randomBytes(4).toString('hex')}`);
  const fetched = new Map<string, Fetched>();
  let made: Promise<unknown> | undefined;

  async function newPath(kind: string): Promise<string> {
    made ??= mkdir(own, { recursive: true, mode: 0o700 });
    await made;
    return path.join(own, `${kind}-${randomBytes(6).toString('hex')}`);
  }

  async function fetchBlob(key: string, signal: AbortSignal): Promise<string> {
    const file = await newPath('source');
    try {
      const { body } = await blobs.get(key);
      await pipeline(body, createWriteStream(file, { mode: 0o600 }), { signal });
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return file;
  }

  function forget(key: string, entry: Fetched): void {
    if (fetched.get(key) !== entry || entry.users > 0) return;
    fetched.delete(key);
    entry.file
      .then((file) => rm(file, { force: true }))
      .catch((error: unknown) => logger.warn({ err: error }, 'a fetched source stays until the next sweep'));
  }

  const isAbandoned = async (name: string): Promise<boolean> => {
    const [onHost, pid] = name.split('.');
    if (onHost === host && pid !== undefined && !isAlive(Number(pid))) return true;
    const { mtimeMs } = await stat(path.join(folder, name));
    return Date.now() - mtimeMs > STALE_MS && name !== path.basename(own);
  };

  return {
    async inFolder(work) {
      const at = await newPath('work');
      await mkdir(at, { mode: 0o700 });
      try {
        return await work(at);
      } finally {
        await rm(at, { recursive: true, force: true });
      }
    },

    async fetch(key, at) {
      const file = path.join(at, `fetched-${randomBytes(6).toString('hex')}`);
      const { body } = await blobs.get(key);
      await pipeline(body, createWriteStream(file, { mode: 0o600 }));
      return file;
    },

    async openSource(key, signal) {
      const local = await blobs.localPath?.(key);
      if (local !== undefined) return { path: local, release: () => {} };
      let entry = fetched.get(key);
      if (entry === undefined) {
        entry = { users: 0, file: fetchBlob(key, signal), linger: undefined };
        fetched.set(key, entry);
      }
      const mine = entry;
      mine.users++;
      clearTimeout(mine.linger);
      try {
        const file = await mine.file;
        signal.throwIfAborted();
        let released = false;
        return {
          path: file,
          release: () => {
            if (released) return;
            released = true;
            mine.users--;
            if (mine.users === 0) mine.linger = setTimeout(() => forget(key, mine), LINGER_MS).unref();
          },
        };
      } catch (error) {
        mine.users--;
        // What was fetched for somebody who gave up is fetched anew by the next.
        if (mine.users === 0) forget(key, mine);
        throw error;
      }
    },

    async sweep() {
      const names = await readdir(folder).catch(() => []);
      let swept = 0;
      for (const name of names) {
        if (!(await isAbandoned(name).catch(() => false))) continue;
        await rm(path.join(folder, name), { recursive: true, force: true });
        swept++;
      }
      return swept;
    },

    async close() {
      for (const { linger } of fetched.values()) clearTimeout(linger);
      fetched.clear();
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** EPERM: it is there, and somebody else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
