/**
 * `node tools/run-tests.ts [filter…]` runs the test files whose path contains one of the filters (all but `tests/` without
 * one, everything with `--all`), in one process, against one throw-away PostgreSQL with a migrated template. Exits non-zero when a test fails, a
 * handle is left open or the run takes too long. The last line is `N passed, N failed, N skipped`.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { TEST_POSTGRES_VARIABLE } from '@madang/testing';
import { type MigratedCluster, ROOT, startMigratedCluster } from './migrated-cluster.ts';

const FLOORS = ['platform', 'engines', 'drivers', 'modules', 'apps/server', 'apps/cli', 'apps/web/app', 'tools'];
const DEFAULT_LIMIT_SECONDS = 600;
const WHOLE_LIMIT_SECONDS = 1500;

function findTests(filters: readonly string[], all: boolean): string[] {
  const wanted = filters.map((filter) => path.relative(ROOT, path.resolve(filter)) || '.').map((filter) => (filter === '.' ? '' : filter));
  const system = all || wanted.some((filter) => filter.startsWith('tests'));
  const floors = system ? [...FLOORS, 'tests'] : FLOORS;
  return globSync(
    floors.map((floor) => `${floor}/**/*.test.ts`),
    { cwd: ROOT, exclude: (name) => name === 'node_modules' || name === 'build' },
  )
    .filter(
      (file) => wanted.length === 0 || wanted.some((filter, index) => file.includes(filter) || file.includes(filters[index] ?? filter)),
    )
    .sort();
}

const needsPostgres = (file: string): boolean => file.endsWith('.db.test.ts') || file.startsWith('tests/');

/** The package a file belongs to: `modules/chat`. */
const packageOf = (file: string): string => file.split(path.sep).slice(0, 2).join('/');

async function runChild(files: readonly string[], postgres: string | undefined, limitSeconds: number): Promise<number> {
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(import.meta.dirname, 'test-process.ts'), ...files], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test', ...(postgres !== undefined && { [TEST_POSTGRES_VARIABLE]: postgres }) },
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  const late = setTimeout(() => {
    console.log(`the run is ended after ${limitSeconds} s`);
    child.kill('SIGTERM'); // it says which test was under way
  }, limitSeconds * 1000);
  const stuck = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000 + 5_000);
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(late);
  clearTimeout(stuck);
  if (ended.signal !== null) console.log(`the test process was ended by ${ended.signal}\n\n0 passed, 1 failed, 0 skipped`);
  return ended.code ?? 1;
}

const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const limit = process.argv.find((argument) => argument.startsWith('--limit='))?.slice('--limit='.length);
const all = process.argv.includes('--all');
const files = findTests(filters, all);
if (files.length === 0) {
  console.log(`no test file matches ${filters.join(' ')}\n0 passed, 1 failed, 0 skipped`);
  process.exit(1);
}
let cluster: MigratedCluster | undefined;
let postgres: string | undefined;
if (files.some(needsPostgres)) {
  const mine = new Set(files.map(packageOf));
  cluster = await startMigratedCluster((folder) => filters.length > 0 && !mine.has(packageOf(path.relative(ROOT, folder))));
  const admin = new URL(cluster.ownerUrl);
  admin.searchParams.set('template', admin.pathname.slice(1));
  admin.pathname = '/postgres';
  postgres = admin.href;
}
try {
  process.exitCode = await runChild(files, postgres, Number(limit ?? (all ? WHOLE_LIMIT_SECONDS : DEFAULT_LIMIT_SECONDS)));
} finally {
  await cluster?.close();
}
