/** The process that runs the test files it is given; started by `run-tests.ts`. */
import net from 'node:net';
import { run } from 'node:test';
import { inspect } from 'node:util';

interface Failure {
  readonly place: string;
  readonly name: string;
  readonly error: unknown;
}

interface FileState {
  /** Top-level tests and suites not finished yet. */
  open: number;
  tests: number;
  failed: number;
  startedAt: number;
}

/** Not held by tests: standard streams, the runner's own file requests, and what closes by itself. */
const OWN_HANDLES = new Set(['TTYWrap', 'PipeWrap', 'FSReqCallback', 'FSReqPromise', 'Immediate', 'CloseReq']);
/** After the last test: what is being closed gets this long, then it counts as left open. */
const SETTLE_MS = 2_000;

/** Tests talk to this machine only: any other connection fails at once and says so. */
function refuseOutboundConnections(): void {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
    const host = typeof first === 'object' && first !== null && 'host' in first ? first.host : second;
    if (typeof host === 'string' && !/^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\..+)$/.test(host)) {
      throw new Error(`a test tried to reach ${host}: tests make no connections to the outside`);
    }
    return Reflect.apply(connect, this, args);
  } as typeof connect;
}
refuseOutboundConnections();

const here = `${process.cwd()}/`;
const count = { passed: 0, failed: 0, skipped: 0 };
const failures: Failure[] = [];
const files = new Map<string, FileState>();
/** Open handles after each file, in the order of finishing. */
const handlesAfter: { file: string; handles: number }[] = [];
const running = new Set<string>();
const before = openHandles().length;
let names: string[] = [];
let settling: NodeJS.Timeout | undefined;
let finished = false;

function openHandles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => !OWN_HANDLES.has(kind));
}
const shorten = (file: string | undefined): string => file?.replace(here, '') ?? '?';

function stateOf(file: string | undefined): FileState {
  const name = shorten(file);
  let state = files.get(name);
  if (state === undefined) {
    state = { open: 0, tests: 0, failed: 0, startedAt: 0 };
    files.set(name, state);
  }
  return state;
}

const stream = run({ files: process.argv.slice(2).map((file) => here + file), isolation: 'none' });
stream.on('test:enqueue', ({ nesting, file }) => {
  if (nesting > 0) return;
  clearTimeout(settling);
  stateOf(file).open++;
});
stream.on('test:dequeue', ({ name, nesting, file }) => {
  names = [...names.slice(0, nesting), name];
  running.add(`${shorten(file)}: ${names.join(' › ')}`);
  if (nesting === 0) stateOf(file).startedAt ||= performance.now();
});
stream.on('test:complete', ({ name, nesting, file }) => {
  running.delete(`${shorten(file)}: ${[...names.slice(0, nesting), name].join(' › ')}`);
  if (nesting > 0) return;
  stateOf(file).open--;
  if ([...files.values()].some((state) => state.open > 0)) return;
  // The stream ends when the process falls idle, which a leaked handle prevents.
  clearTimeout(settling);
  settling = setTimeout(finish, SETTLE_MS).unref();
});
stream.on('test:pass', ({ nesting, file, details, skip, todo }) => {
  if (details.type !== 'suite') {
    stateOf(file).tests++;
    if (skip !== undefined || todo !== undefined) count.skipped++;
    else count.passed++;
  }
  if (nesting === 0) noteTopLevel(file);
});
stream.on('test:fail', ({ name, nesting, file, line, details, skip, todo }) => {
  const { error } = details;
  const becauseOfInner = details.type === 'suite' && 'failureType' in error && error.failureType === 'subtestsFailed';
  if (skip !== undefined || todo !== undefined) count.skipped++;
  else if (!becauseOfInner) {
    count.failed++;
    const state = stateOf(file);
    state.failed++;
    state.tests++;
    failures.push({
      place: `${shorten(file)}:${line ?? '?'}`,
      name: [...names.slice(0, nesting), name].join(' › '),
      error: error.cause ?? error,
    });
  }
  if (nesting === 0) noteTopLevel(file);
});
stream.on('test:diagnostic', ({ message, file }) => {
  if (!/asynchronous activity after the test ended/.test(message)) return;
  count.failed++;
  failures.push({ place: shorten(file), name: 'something went on after its test ended', error: message });
});
stream.on('test:stderr', ({ message }) => process.stderr.write(message));
stream.on('test:stdout', ({ message }) => process.stdout.write(message));
stream.on('end', finish);
stream.resume();

function noteTopLevel(file: string | undefined): void {
  const state = stateOf(file);
  handlesAfter.push({ file: shorten(file), handles: openHandles().length });
  if (state.open > 0) return;
  const seconds = ((performance.now() - state.startedAt) / 1000).toFixed(1);
  console.log(`${state.failed === 0 ? '✔' : '✖'} ${shorten(file)} (${state.tests} tests, ${seconds} s)`);
}

process.on('SIGTERM', () => {
  for (const test of running)
    failures.push({ place: test.split(':')[0] ?? '?', name: test, error: 'had not finished when the time of the run was over' });
  count.failed += Math.max(1, running.size);
  report();
});

function finish(): void {
  if (finished) return;
  finished = true;
  const left = openHandles();
  if (left.length > before) {
    const clean = handlesAfter.findLastIndex(({ handles }) => handles <= before);
    const place = handlesAfter[clean + 1]?.file ?? handlesAfter.at(-1)?.file ?? '?';
    failures.push({ place, name: 'handles left open', error: `open after the last test, first seen after this file: ${left.join(', ')}` });
    count.failed++;
  }
  report();
}

function report(): never {
  for (const { place, name, error } of failures) {
    console.log(`\n✖ ${name}\n  ${place}`);
    console.log((typeof error === 'string' ? error : inspect(error, { depth: 5 })).replaceAll(/^/gm, '  '));
  }
  console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exit(count.failed === 0 && count.passed + count.skipped > 0 ? 0 : 1);
}
