/** The process that runs the test files it is given; started by `run-tests.ts`. */
import { run } from 'node:test';

interface Failure {
  readonly place: string;
  readonly name: string;
  readonly error: unknown;
}

/** Open when the process is idle: standard streams and the pipe to the parent. */
const idle = new Set(['TTYWrap', 'PipeWrap', 'FSReqCallback', 'FSReqPromise', 'Immediate', 'CloseReq']);
const openHandles = (): string[] => process.getActiveResourcesInfo().filter((kind) => !idle.has(kind));

const files = process.argv.slice(2);
const count = { passed: 0, failed: 0, skipped: 0 };
const failures: Failure[] = [];
const before = openHandles().length;
let names: string[] = [];
let current = '';

const stream = run({ files: files.map((file) => `${process.cwd()}/${file}`), isolation: 'none' });
stream.on('test:dequeue', ({ name, nesting, file }) => {
  if (nesting === 0 && file !== undefined && file !== current) {
    current = file;
    console.log(file.replace(`${process.cwd()}/`, ''));
  }
  names = [...names.slice(0, nesting), name];
});
stream.on('test:pass', ({ details, skip, todo }) => {
  if (details.type === 'suite') return;
  if (skip !== undefined || todo !== undefined) count.skipped++;
  else count.passed++;
});
stream.on('test:fail', ({ name, nesting, file, line, details, skip, todo }) => {
  if (skip !== undefined || todo !== undefined) {
    count.skipped++;
    return;
  }
  const { error } = details;
  if (details.type === 'suite' && 'failureType' in error && error.failureType === 'subtestsFailed') return;
  count.failed++;
  const place = `${file?.replace(`${process.cwd()}/`, '') ?? '?'}:${line ?? '?'}`;
  failures.push({ place, name: [...names.slice(0, nesting), name].join(' › '), error: error.cause ?? error });
});
stream.on('test:stderr', ({ message }) => process.stderr.write(message));
stream.on('test:stdout', ({ message }) => process.stdout.write(message));
stream.on('end', () => setTimeout(() => setImmediate(finish), 50)); // sockets that are being closed get their moment
stream.resume();

function finish(): void {
  const left = openHandles();
  if (left.length > before) {
    count.failed++;
    failures.push({ place: current, name: 'handles left open', error: `after the last test these are still open: ${left.join(', ')}` });
  }
  for (const { place, name, error } of failures) {
    console.log(`\n✖ ${name}\n  ${place}`);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(text.replaceAll(/^/gm, '  '));
  }
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exit(count.failed === 0 ? 0 : 1);
}
