// Every command but `up` and `help`: the launcher answers those itself, so that the server pays for nothing it does not use.
import { installCommand, installMissing } from './system-packages.ts';

const say = (line: string): void => {
  process.stderr.write(`madang: ${line}\n`);
};

const [command = '', ...args] = process.argv.slice(2);
switch (command) {
  case 'prepare': {
    const purpose = args[0] === 'test' ? 'test' : 'up';
    const missing = installMissing(purpose, say);
    for (const entry of missing) say(`without ${entry.program} there are no ${entry.gives}; run: ${installCommand([entry])}`);
    process.exitCode = purpose === 'test' && missing.length > 0 ? 1 : 0;
    break;
  }
  case 'test':
    process.exitCode = await (await import('./test.ts')).runTests(args);
    break;
  case 'check':
    process.exitCode = await (await import('./check.ts')).runChecks();
    break;
  case 'bench':
    process.exitCode = await (await import('./bench.ts')).runBench(args);
    break;
  case 'doctor':
    process.exitCode = await (await import('./doctor.ts')).runDoctor(args);
    break;
  case 'tables':
    process.exitCode = await (await import('./run-node.ts')).runNode(['tools/generate-tables.ts', ...args]);
    break;
  default:
    say(`there is no command "${command}"; ./madang --help lists them`);
    process.exitCode = 2;
}
