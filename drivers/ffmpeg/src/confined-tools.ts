import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Logger, MediaToolFailure } from '@madang/kernel';
import { endLeftovers } from './leftovers.ts';
import type { FfmpegLimits } from './limits.ts';
import { runCommand } from './run-command.ts';
import { cleanDetail, failureOf, type RunEnd } from './run-end.ts';
import { type Confinement, canBeNobody, confine, findProgram, libraryMounts, type Programs, type Tool } from './sandbox.ts';

export interface Missing {
  readonly what: string;
  readonly command: string;
}

export interface ToolRun {
  readonly tool: Tool;
  readonly arguments: readonly string[];
  /** Absolute paths; see `SOURCE` and `FOLDER`. */
  readonly source?: string;
  readonly folder?: string;
  readonly workingFolder?: string;
  readonly seconds: number;
  readonly niceness?: number;
  readonly onOutput?: (chunk: Buffer) => void;
  readonly input?: Readable;
  readonly signal?: AbortSignal | undefined;
}

interface Ready {
  readonly programs: Programs;
  readonly libraries: readonly string[];
  /** Those that work on this machine, the strictest first. */
  readonly confinements: readonly Confinement[];
}

export interface ConfinedToolsOptions {
  readonly logger: Logger;
  readonly limits: FfmpegLimits;
  readonly ffmpeg?: string | undefined;
  readonly ffprobe?: string | undefined;
}

/** Nothing is installed by itself; but what an operator installs is there without a restart. What is gone shows when it is run. */
const READY_FOR_MS = 60 * 60_000;
const MISSING_FOR_MS = 5_000;
/** Proves the sandbox, the program and the encoder at once. */
const TRIAL = '-v error -nostdin -f lavfi -i color=s=64x64:r=10:d=0.2 -c:v libx264 -f null -'.split(' ');

/** ffmpeg and ffprobe as they are let loose on strangers' files: in a sandbox, within limits, until they end or are closed. */
export class ConfinedTools {
  readonly #options: ConfinedToolsOptions;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #sweeping: Promise<void>;
  #state: { readonly until: number; readonly found: Promise<Ready | Missing> } | undefined;

  constructor(options: ConfinedToolsOptions) {
    this.#options = options;
    this.#sweeping = this.#sweep();
  }

  async missing(): Promise<Missing | undefined> {
    const found = await this.#look();
    return 'what' in found ? found : undefined;
  }

  /** Resolves when the tool has ended well, with what it complained of all the same. Throws `MediaToolFailure`, the signal's reason, or what `onOutput` and `input` throw. */
  async run(run: ToolRun): Promise<string> {
    run.signal?.throwIfAborted();
    const found = await this.#look();
    if ('what' in found) throw new MediaToolFailure('unavailable', `${found.what}: ${found.command}`);
    const places = [run.source, run.folder].filter((place) => place !== undefined);
    const end = await this.#runIn(found, run);
    const failure = failureOf(end, places);
    if (failure === undefined) return end.errors;
    if (failure.reason === 'unavailable') this.#state = undefined;
    this.#options.logger.debug({ tool: run.tool, reason: failure.reason, detail: failure.detail }, 'a media tool failed');
    throw failure;
  }

  async close(): Promise<void> {
    this.#closing.abort(new MediaToolFailure('crashed', 'the program is ending'));
    await Promise.allSettled([...this.#running, this.#sweeping]);
  }

  async #sweep(): Promise<void> {
    try {
      const processes = await endLeftovers();
      if (processes > 0) this.#options.logger.info({ processes }, 'media tools of a program that was killed are ended');
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'what a program that was killed left running was not looked for');
    }
  }

  async #runIn(ready: Ready, run: ToolRun): Promise<RunEnd> {
    const { memoryBytes, fileBytes } = this.#options.limits;
    const confinement = await this.#confinementFor(ready, run);
    const command = confine({ ...run, memoryBytes, fileBytes }, confinement, ready.programs, ready.libraries);
    const signal = run.signal === undefined ? this.#closing.signal : AbortSignal.any([run.signal, this.#closing.signal]);
    const running = runCommand(command, { ...run, signal });
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #confinementFor(ready: Ready, run: ToolRun): Promise<Confinement> {
    const [strictest = 'user'] = ready.confinements;
    if (strictest === 'user') return 'user';
    const possible = await canBeNobody(run).catch((error: unknown) => {
      throw new MediaToolFailure('crashed', 'the source is gone', error);
    });
    return possible ? 'nobody' : 'user';
  }

  #look(): Promise<Ready | Missing> {
    const now = performance.now();
    if (this.#state !== undefined && now < this.#state.until) return this.#state.found;
    const found = this.#find();
    this.#state = { until: Number.POSITIVE_INFINITY, found };
    const keep = (ms: number): void => {
      this.#state = { until: performance.now() + ms, found };
    };
    found.then(
      (result) => keep('what' in result ? MISSING_FOR_MS : READY_FOR_MS),
      () => keep(0),
    );
    return found;
  }

  async #find(): Promise<Ready | Missing> {
    const { ffmpeg = 'ffmpeg', ffprobe = 'ffprobe' } = this.#options;
    const wanted: Record<keyof Programs, string> = { ffmpeg, ffprobe, bwrap: 'bwrap', prlimit: 'prlimit', setpriv: 'setpriv' };
    const found = await Promise.all(
      Object.entries(wanted).map(async ([name, program]) => [name, (await findProgram(program)) ?? ''] as const),
    );
    const absent = found.filter(([, at]) => at === '').map(([name]) => name);
    if (absent.length > 0) return { what: `not installed: ${absent.join(', ')}`, command: installCommand(absent) };

    const programs = Object.fromEntries(found) as Programs;
    const libraries = await libraryMounts();
    // As the system's first process, which Node is in a container without an init, it would have to bury what it does not know of.
    const nobodyServes = process.getuid?.() === 0 && process.pid !== 1;
    const wishes: readonly Confinement[] = nobodyServes ? ['nobody', 'user'] : ['user'];
    const trials = await Promise.all(wishes.map((confinement) => this.#try({ programs, libraries, confinements: [confinement] })));
    const confinements = wishes.filter((_, index) => trials[index] === undefined);
    if (confinements.length > 0) return { programs, libraries, confinements };
    return trials.find((trial) => trial !== undefined) ?? { what: 'ffmpeg does not run', command: installCommand([]) };
  }

  /** What stands in the way, if anything. */
  async #try(ready: Ready): Promise<Missing | undefined> {
    const end = await this.#runIn(ready, { tool: 'ffmpeg', arguments: TRIAL, seconds: this.#options.limits.lookSeconds });
    const failure = failureOf(end);
    if (failure === undefined) return undefined;
    this.#options.logger.debug({ confinement: ready.confinements, detail: cleanDetail(end.errors) }, 'the media sandbox does not work');
    if (failure.reason === 'unavailable')
      return { what: `bubblewrap cannot make namespaces here (${failure.detail})`, command: await namespaceCommand() };
    if (/Unknown encoder/.test(end.errors)) return { what: 'ffmpeg has no H.264 encoder (libx264)', command: installCommand(['ffmpeg']) };
    return { what: `ffmpeg does not run (${failure.detail})`, command: installCommand(['ffmpeg']) };
  }
}

function installCommand(programs: readonly string[]): string {
  const debian: Readonly<Record<string, string>> = { bwrap: 'bubblewrap', prlimit: 'util-linux', setpriv: 'util-linux' };
  const packages = [...new Set(programs.map((program) => debian[program] ?? 'ffmpeg'))];
  return `sudo apt-get install -y ${(packages.length > 0 ? packages : ['ffmpeg', 'bubblewrap']).join(' ')}`;
}

/** What forbids namespaces differs from system to system; each names itself. */
async function namespaceCommand(): Promise<string> {
  const switches = [
    {
      file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
      forbids: '1',
      command: 'kernel.apparmor_restrict_unprivileged_userns=0',
    },
    { file: '/proc/sys/kernel/unprivileged_userns_clone', forbids: '0', command: 'kernel.unprivileged_userns_clone=1' },
    { file: '/proc/sys/user/max_user_namespaces', forbids: '0', command: 'user.max_user_namespaces=15000' },
  ];
  for (const { file, forbids, command } of switches) {
    const value = await readFile(file, 'utf8').catch(() => '');
    if (value.trim() === forbids) return `sudo sysctl -w ${command}`;
  }
  return 'in a container, start it with: --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined';
}
