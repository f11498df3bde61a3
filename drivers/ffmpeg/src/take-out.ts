import { constants, lstatSync, type Stats } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { MediaToolFailure } from '@madang/kernel';

/**
 * Moves what a tool made to where the tool cannot reach, then makes sure that it is a file: one that a source has taken over could
 * leave a link to somebody else's. Returns its size. Throws `MediaToolFailure`.
 */
export async function takeOut(from: string, to: string): Promise<number> {
  await rename(from, to);
  const made = await lstat(to);
  if (made.isFile()) return made.size;
  await rm(to, { recursive: true, force: true });
  throw new MediaToolFailure('unreadable', 'what was made is no file');
}

const LONGEST_LIST = 1_000_000;

/** A short text that a tool keeps writing anew, and its version; undefined where there is none yet or none newer. Links are not followed. */
export async function readMade(file: string, seen: string): Promise<{ readonly version: string; readonly text: string } | undefined> {
  // Asked many times a second, and nearly always in vain: the one call that costs least. At once, for the name lies in the system's
  // memory, and a promise with its error costs three times as much.
  const made = lstatSync(file, { throwIfNoEntry: false });
  if (made === undefined || versionOf(made) === seen || made.size > LONGEST_LIST) return undefined;
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return { version: versionOf(await handle.stat()), text: await handle.readFile('utf8') };
  } finally {
    await handle.close();
  }
}

/** The first bytes of a file that a tool made, as many as there are up to `most`. Links are not followed. */
export async function readBytes(file: string, most: number): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const versionOf = ({ ino, mtimeMs, size }: Stats): string => `${ino}:${mtimeMs}:${size}`;
