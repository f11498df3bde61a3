// Every optional platform package that a dependency names must be locked, or `npm ci` on another platform lacks its binary.
import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const file = path.resolve(import.meta.dirname, '../package-lock.json');
const packages = (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> }).packages;

/** Where Node would find `name` from inside `folder`, as paths of the lockfile. */
function isLocked(folder: string, name: string): boolean {
  let at = folder;
  for (;;) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
    const parent = at.lastIndexOf('node_modules/');
    at = parent < 0 ? '' : at.slice(0, parent).replace(/\/$/, '');
  }
}

const missing = Object.entries(packages).flatMap(([folder, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(folder, name))
    .map(([name, version]) => `${folder || '(root)'} names ${name}@${version}, which is not locked`),
);
// The lockfile names versions and checksums; where they come from is the machine's own setting.
const foreign = Object.entries(packages).filter(([, entry]) => /^https?:/.test(entry.resolved ?? ''));
if (missing.length > 0 || foreign.length > 0) {
  console.error([...missing, ...foreign.map(([folder]) => `${folder} is locked to a download address of its own`)].join('\n'));
  process.exit(1);
}
console.log(`lockfile: ${Object.keys(packages).length} packages, every platform's locked`);
