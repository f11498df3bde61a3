import { close, fstat, open, type Stats } from 'node:fs';

/** Something that lies in a local file. */
export interface Openable {
  readonly path: string;
  /** What the file was when it was described: another one under the same name must not be read as this. */
  readonly stamp: Stamp;
}

interface Stamp {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  /** Milliseconds, with the microseconds behind the point. */
  readonly modified: number;
}

export const stampOf = ({ dev, ino, size, mtimeMs }: Stats): Stamp => ({ device: dev, inode: ino, size, modified: mtimeMs });
export const isSame = (a: Stamp, b: Stamp): boolean =>
  a.inode === b.inode && a.modified === b.modified && a.size === b.size && a.device === b.device;

export interface Handle {
  readonly fd: number;
  readers: number;
  usedAt: number;
  /** Closed when the last reader has given it back. */
  dismissed: boolean;
}

interface Opening {
  /** Who waits for it: they are its readers from the moment it is open. */
  readers: number;
  readonly handle: Promise<Handle | undefined>;
}

/** Open files, `limit` of them and those being read beyond that; each is closed once nobody reads it any more. */
export class VodHandles<File extends Openable> {
  readonly #limit: number;
  /** Longest unused first. */
  readonly #open = new Map<File, Handle>();
  readonly #opening = new Map<File, Opening>();
  #count = 0;
  #closed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many are open, dismissed ones that are still read included. */
  get count(): number {
    return this.#count;
  }

  /** Undefined when the file is gone or another stands in its place. What is lent must be given back. */
  lend(file: File, now: number): Handle | undefined | Promise<Handle | undefined> {
    const handle = this.#open.get(file);
    if (handle === undefined) return this.#opened(file, now);
    handle.readers += 1;
    handle.usedAt = now;
    this.#open.delete(file);
    this.#open.set(file, handle);
    return handle;
  }

  giveBack(handle: Handle): void {
    handle.readers -= 1;
    if (handle.dismissed && handle.readers === 0) this.#close(handle);
  }

  dismiss(file: File): void {
    const handle = this.#open.get(file);
    if (handle === undefined) return;
    this.#open.delete(file);
    handle.dismissed = true;
    if (handle.readers === 0) this.#close(handle);
  }

  /** Closes what nobody read since `before`: a deleted file keeps its place on the disk as long as it is open. */
  dismissUnused(before: number): void {
    for (const [file, handle] of this.#open) if (handle.usedAt < before && handle.readers === 0) this.dismiss(file);
  }

  close(): void {
    this.#closed = true;
    for (const file of [...this.#open.keys()]) this.dismiss(file);
  }

  #opened(file: File, now: number): Promise<Handle | undefined> {
    const under = this.#opening.get(file);
    if (under !== undefined) {
      under.readers += 1;
      return under.handle;
    }
    const opening: Opening = {
      readers: 1,
      handle: openAs(file).then(
        (fd) => {
          this.#opening.delete(file);
          return fd === undefined ? undefined : this.#admit(file, { fd, readers: opening.readers, usedAt: now, dismissed: false });
        },
        (error: unknown) => {
          this.#opening.delete(file);
          throw error;
        },
      ),
    };
    this.#opening.set(file, opening);
    return opening.handle;
  }

  #admit(file: File, handle: Handle): Handle {
    this.#count += 1;
    if (this.#closed) handle.dismissed = true;
    else {
      let over = this.#open.size + 1 - this.#limit;
      for (const [other, { readers }] of this.#open) {
        if (over <= 0) break;
        over -= 1;
        if (readers === 0) this.dismiss(other);
      }
      this.#open.set(file, handle);
    }
    return handle;
  }

  #close(handle: Handle): void {
    close(handle.fd, () => {
      this.#count -= 1;
    });
  }
}

function openAs({ path, stamp }: Openable): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    open(path, 'r', (error, fd) => {
      if (error) return error.code === 'ENOENT' ? resolve(undefined) : reject(error);
      fstat(fd, (failure, stats) => {
        if (!failure && isSame(stampOf(stats), stamp)) return resolve(fd);
        close(fd, () => (failure ? reject(failure) : resolve(undefined)));
      });
    });
  });
}
