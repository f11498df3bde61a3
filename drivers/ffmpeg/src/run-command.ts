import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RunEnd } from './run-end.ts';
import type { Command } from './sandbox.ts';

export interface RunOptions {
  readonly seconds: number;
  /** What it prints. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined;
  /** What it reads. */
  readonly input?: Readable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Of what a tool complains, so much of the beginning and so much of the end is kept. */
const KEPT_HEAD = 4_096;
const KEPT_TAIL = 8_192;

class Complaints {
  #head = '';
  #tail = '';

  add(text: string): void {
    const room = KEPT_HEAD - this.#head.length;
    this.#head += text.slice(0, room);
    if (text.length > room) this.#tail = (this.#tail + text.slice(room)).slice(-KEPT_TAIL);
  }

  text(): string {
    return this.#head + this.#tail;
  }
}

/**
 * Runs a command in a process group of its own and resolves when all of it is gone. Too late or aborted, the whole group is killed. Rejects with the
 * signal's reason, with what `onOutput` or `input` threw, or when the program cannot be started.
 */
export async function runCommand(command: Command, options: RunOptions): Promise<RunEnd> {
  const { signal } = options;
  signal?.throwIfAborted();
  const child = spawn(command.file, command.arguments, {
    detached: true,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let late = false;
  let thrown: { readonly error: unknown } | undefined;
  const kill = (): void => {
    try {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it ended in this moment
    }
  };
  const giveUp = (): void => {
    late = true;
    kill();
  };
  const fail = (error: unknown): void => {
    thrown ??= { error };
    kill();
  };
  const clock = setTimeout(giveUp, options.seconds * 1000);
  signal?.addEventListener('abort', kill, { once: true });

  const complaints = new Complaints();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.add(text));
  child.stdout?.on('data', (chunk: Buffer) => {
    try {
      options.onOutput?.(chunk);
    } catch (error) {
      fail(error);
    }
  });
  if (options.input !== undefined && child.stdin !== null)
    // A tool that has read enough closes its end: what it says of itself counts, not the broken pipe.
    pipeline(options.input, child.stdin).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') fail(error);
    });

  try {
    const [code, endedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...end) => resolve(end));
    });
    signal?.throwIfAborted();
    if (thrown !== undefined) throw thrown.error;
    return { code, signal: endedBy, errors: complaints.text(), late };
  } finally {
    clearTimeout(clock);
    signal?.removeEventListener('abort', kill);
    options.input?.destroy();
  }
}
