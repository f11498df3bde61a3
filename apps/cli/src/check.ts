import path from 'node:path';
import { PROJECT_ROOT, runNode, runProgram } from './run-node.ts';

interface Check {
  readonly name: string;
  run(): Promise<number>;
}

const bin = (name: string): string => path.join(PROJECT_ROOT, 'node_modules/.bin', name);

const CHECKS: readonly Check[] = [
  { name: 'types', run: () => runProgram(bin('tsc'), ['-p', 'tsconfig.json']) },
  { name: 'types of the pages', run: () => runProgram('sh', ['-c', 'cd apps/web && react-router typegen && tsc -p tsconfig.json']) },
  { name: 'lint and format', run: () => runProgram(bin('biome'), ['check', '--error-on-warnings', '.']) },
  { name: 'boundaries and cycles', run: () => runNode(['tools/check-boundaries.ts']) },
  { name: 'dead code', run: () => runProgram(bin('knip'), ['--no-progress']) },
  { name: 'file sizes', run: () => runNode(['tools/check-sizes.ts']) },
  { name: 'catalogues', run: () => runNode(['apps/web/scripts/check-catalogues.ts']) },
  { name: 'first-visit JavaScript', run: () => runNode(['apps/web/scripts/bundle-size.ts']) },
  { name: 'schema', run: () => runNode(['tools/generate-tables.ts', '--check']) },
  { name: 'lockfile', run: () => runNode(['tools/check-lockfile.ts']) },
];

/** Runs every check, says which failed, resolves to an exit code. */
export async function runChecks(): Promise<number> {
  const failed: string[] = [];
  for (const check of CHECKS) {
    process.stderr.write(`check: ${check.name}\n`);
    if ((await check.run()) !== 0) failed.push(check.name);
  }
  console.log(failed.length === 0 ? `check: all ${CHECKS.length} passed` : `check: failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
