import { runNode } from './run-node.ts';

/** `./madang test [path …] [--screenshots]`: all tests, or those whose path contains a given part. Resolves to an exit code. */
export async function runTests(args: readonly string[]): Promise<number> {
  const filters = args.filter((arg) => !arg.startsWith('--'));
  const environment: NodeJS.ProcessEnv = { ...process.env, ...(args.includes('--screenshots') && { MADANG_SCREENSHOTS: 'screenshots' }) };
  delete environment.NODE_ENV;
  return await runNode(
    ['--disable-warning=ExperimentalWarning', 'tools/run-tests.ts', ...(filters.length > 0 ? filters : ['--all'])],
    environment,
  );
}
