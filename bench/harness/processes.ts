import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { reaped } from './reaper.ts';

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 20_000;

export interface RunningProcess {
  readonly pid: number;
  /** What it has said so far. */
  output(): string;
  /** Idempotent; kills what does not end by itself. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
// whatever ends the bench, nothing it started outlives it
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts a program and resolves once its output holds `ready`. Throws with the output when it ends before that. */
export async function startProgram(
  program: string,
  args: readonly string[],
  options: { ready: string; environment?: NodeJS.ProcessEnv; cwd?: string; reaped?: boolean },
): Promise<RunningProcess> {
  const command = options.reaped === true ? reaped(program, args) : { program, args };
  const child = spawn(command.program, command.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
    cwd: options.cwd,
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const heard: string[] = [];
  const isReady = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard.push(text);
      if (heard.length > 2_000) heard.splice(0, 1_000);
      if (heard.slice(-50).join('').includes(options.ready)) isReady.resolve();
    });
  }
  child.once('error', isReady.reject);
  child.once('exit', (code, signal) =>
    isReady.reject(new Error(`${program} ended (${signal ?? code}) before it was ready:\n${heard.join('')}`)),
  );
  const late = setTimeout(() => isReady.reject(new Error(`${program} was not ready in time:\n${heard.join('')}`)), START_LIMIT_MS);
  try {
    await isReady.promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(late);
  }
  return {
    pid: child.pid ?? 0,
    output: () => heard.join(''),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await Promise.race([ended, delay(STOP_LIMIT_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
      await ended;
    },
  };
}

/** A load generator in a process of its own: asks travel as messages and are answered one by one. */
export class Generator {
  readonly #child: ChildProcess;
  #next = 0;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();

  constructor(file: string, options: { reaped?: boolean } = {}) {
    const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32'];
    const { program, args } = options.reaped === true ? reaped(process.execPath, flags) : { program: process.execPath, args: flags };
    this.#child = fork(file, { execPath: program, execArgv: [...args] });
    running.add(this.#child);
    this.#child.on('message', (message) => {
      const { id, value, error } = message as { id: number; value?: unknown; error?: string };
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    this.#child.once('exit', () => {
      running.delete(this.#child);
      for (const { reject } of this.#waiting.values()) reject(new Error('the load generator ended'));
    });
  }

  /** Where its time is counted. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask<Answer>(what: string, input: unknown = {}): Promise<Answer> {
    const id = this.#next++;
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ id, what, input });
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}

/** The generator's side of it. */
export function answerAsks(asks: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on('message', (message) => {
    const { id, what, input } = message as { id: number; what: string; input: never };
    Promise.resolve()
      .then(() => {
        const ask = asks[what];
        if (ask === undefined) throw new Error(`the generator does not know "${what}"`);
        return ask(input);
      })
      .then(
        (value) => process.send?.({ id, value }),
        (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.once('disconnect', () => process.exit(0));
}
