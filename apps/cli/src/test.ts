import { runNode } from './run-node.ts';

/** Paths of tests that start a whole Madang; they run after the parts' own, one folder at a time. */
const WHOLE_SYSTEM = ['tests/system', 'tests/isolation', 'tests/faults', 'tests/e2e'];

/** `./madang test [path …] [--screenshots]`: all tests, or those whose path contains a given part. Resolves to an exit code. */
export async function runTests(args: readonly string[]): Promise<number> {
  const filters = args.filter((arg) => !arg.startsWith('--'));
  const environment: NodeJS.ProcessEnv = { ...process.env, ...(args.includes('--screenshots') && { MADANG_SCREENSHOTS: 'screenshots' }) };
  delete environment.NODE_ENV;
  return await runNode(
    ['--disable-warning=ExperimentalWarning', 'tools/run-tests.ts', ...(filters.length > 0 ? filters : ['--all', ...WHOLE_SYSTEM])],
    environment,
  );
}
