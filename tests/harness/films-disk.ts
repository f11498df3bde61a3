import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Closable } from '@madang/kernel';

/** A disk of its own, in memory, that can be filled. */
export interface SmallDisk extends Closable {
  /** Leaves so many bytes free. */
  fill(leaving: number): void;
  /** Takes the ballast away. */
  empty(): void;
}

/** Undefined where this user may not mount one. */
export function mountSmallDisk(at: string, bytes: number): SmallDisk | undefined {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', at], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const ballast = path.join(at, 'ballast');
  const unmount = (): void => void execFileSync('umount', ['--lazy', at]);
  process.once('exit', unmount);
  return {
    fill(leaving) {
      rmSync(ballast, { force: true });
      const { bavail, bsize } = statfsSync(at);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaving)));
    },
    empty() {
      truncateSync(ballast);
    },
    async close() {
      process.off('exit', unmount);
      unmount();
    },
  };
}
