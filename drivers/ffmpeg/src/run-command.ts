import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startedByUs } from './leftovers.ts';
import type { RunEnd } from './run-end.ts';
import type { Command } from './sandbox.ts';

export interface RunOptions {
  readonly seconds: number;
  /** How far it steps back for others, 0 to 19 as in nice(1). */
  readonly niceness?: number | undefined;
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

/** How long bubblewrap has to bury what was killed before it is killed itself. */
const REAPING_MS = 1_000;

function send(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // it ended in this moment
  }
}

/**
 * Kills the children of a process, by which a sandbox falls with all that is in it, and leaves the process to bury them: killed
 * together they would be left to the system's first process, which in many containers buries nobody. False where there are none.
 */
function killChildren(id: number): boolean {
  try {
    const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8')
      .split(' ')
      .map(Number)
      .filter((child) => child > 0);
    for (const child of children) send(child);
    return children.length > 0;
  } catch {
    return false;
  }
}

/** What a process starts steps back as far as it does. */
function stepBack(id: number | undefined, niceness: number): void {
  if (id === undefined || niceness === 0) return;
  // Where Linux groups processes by session (sched(7), autogroup) niceness counts within a group alone, and each run is one.
  for (const step of [() => setPriority(id, niceness), () => writeFileSync(`/proc/${id}/autogroup`, `${niceness}`)]) {
    try {
      step();
    } catch {
      // it has ended already, or the machine does not let us
    }
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
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...startedByUs() },
    cwd: '/',
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  stepBack(child.pid, options.niceness ?? 0);
  let late = false;
  let killed: NodeJS.Timeout | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    killed ??= setTimeout(() => send(-(child.pid ?? 0)), REAPING_MS);
    if (!killChildren(child.pid)) send(-child.pid);
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
    clearTimeout(killed);
    signal?.removeEventListener('abort', kill);
    options.input?.destroy();
  }
}
