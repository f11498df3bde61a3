// Every command but `up`, which the launcher starts directly so that the server pays for nothing it does not use.
import { installCommand, installMissing } from './system-packages.ts';

const HELP = `Usage: ./madang <command> [options]

  up        install, build, migrate, seed the demo and serve          ./madang up --help
  test      run every test, or those whose path matches               ./madang test [path …] [--screenshots]
  check     types, lint, boundaries, dead code, sizes, schema, lockfile
  bench     measure a figure beside its peer                          ./madang bench chat|api|history|start|faults
  doctor    what is missing on this machine, and whether the data is sound
  tables    write table types and the schema text from the migrations
  build     build the pages
  help      this text`;

const say = (line: string): void => {
  process.stderr.write(`madang: ${line}\n`);
};

const [command = 'help', ...args] = process.argv.slice(2);
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
  case 'help':
  case '--help':
  case '-h':
    console.log(HELP);
    break;
  default:
    say(`there is no command "${command}"; ./madang --help lists them`);
    process.exitCode = 2;
}
