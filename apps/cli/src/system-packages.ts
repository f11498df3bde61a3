import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export interface SystemPackage {
  /** The program looked for on PATH. */
  readonly program: string;
  /** Debian's package of it. */
  readonly debian: string;
  /** What is missing without it, in one clause. */
  readonly gives: string;
  readonly neededBy: readonly ('up' | 'test')[];
}

export const SYSTEM_PACKAGES: readonly SystemPackage[] = [
  { program: 'ffmpeg', debian: 'ffmpeg', gives: 'video and sound', neededBy: ['up', 'test'] },
  { program: 'bwrap', debian: 'bubblewrap', gives: 'the sandbox that uploads are read in', neededBy: ['up', 'test'] },
  { program: 'chromium', debian: 'chromium', gives: 'browser tests', neededBy: ['test'] },
  { program: 'redis-server', debian: 'redis-server', gives: 'cluster tests', neededBy: ['test'] },
];

export function findProgram(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const at = path.join(folder, program);
    try {
      accessSync(at, constants.X_OK);
      return at;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

export function missingPackages(purpose: 'up' | 'test'): SystemPackage[] {
  return SYSTEM_PACKAGES.filter((entry) => entry.neededBy.includes(purpose) && findProgram(entry.program) === undefined);
}

export function installCommand(packages: readonly SystemPackage[]): string {
  return `sudo apt-get install -y ${packages.map((entry) => entry.debian).join(' ')}`;
}

/** Installs with apt where that needs no password; returns what is still missing. */
export function installMissing(purpose: 'up' | 'test', say: (line: string) => void): SystemPackage[] {
  const missing = missingPackages(purpose);
  if (missing.length === 0 || findProgram('apt-get') === undefined) return missing;
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return missing;
  const run = (args: string[]): void => {
    const [program, rest] = asRoot ? ['apt-get', args] : ['sudo', ['-n', 'apt-get', ...args]];
    execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  say(`installing ${missing.map((entry) => entry.debian).join(', ')}`);
  try {
    run(['update', '-qq']);
    run(['install', '-y', '-qq', '--no-install-recommends', ...missing.map((entry) => entry.debian)]);
  } catch {
    say('apt-get did not succeed; going on without');
  }
  return missingPackages(purpose);
}
