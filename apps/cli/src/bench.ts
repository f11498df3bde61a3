import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, runNode } from './run-node.ts';

/** `./madang bench NAME [options]` runs `bench/NAME.ts`. Resolves to an exit code. */
export async function runBench(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const folder = path.join(PROJECT_ROOT, 'bench');
  const known = readdirSync(folder)
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => file.slice(0, -'.bench.ts'.length));
  if (name === undefined || !existsSync(path.join(folder, `${name}.bench.ts`))) {
    process.stderr.write(
      `madang: ${name === undefined ? 'which figure?' : `there is no figure "${name}":`} choose from ${known.join(', ')}\n`,
    );
    return 2;
  }
  return await runNode(['--disable-warning=ExperimentalWarning', path.join('bench', `${name}.bench.ts`), ...rest]);
}
