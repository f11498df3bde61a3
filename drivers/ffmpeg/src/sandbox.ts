import { constants } from 'node:fs';
import { access, chown, lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export type Tool = 'ffmpeg' | 'ffprobe';

/** Where the programs are. */
export type Programs = Readonly<Record<Tool | 'bwrap' | 'prlimit' | 'setpriv', string>>;

export interface SandboxedRun {
  readonly tool: Tool;
  readonly arguments: readonly string[];
  /** Seen as `SOURCE`, read-only. */
  readonly source?: string | undefined;
  /** Seen as `FOLDER`; the only place that can be written. */
  readonly folder?: string | undefined;
  /** Where it runs, as seen inside; `/` by default. */
  readonly workingFolder?: string | undefined;
  readonly memoryBytes: number;
  readonly fileBytes: number;
  readonly seconds: number;
}

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
}

export const SOURCE = '/in';
export const FOLDER = '/out';

/** `nobody`, by number: the name need not exist. */
const NOBODY = 65_534;
const PROGRAM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin'];
const OPEN_FILES = 256;

/**
 * How the tools are shut in. Both ways see no network, no process, and of the files only the libraries, the source and the folder:
 * - `user`: in a user namespace without capabilities. What root starts stays root's outside of it, for files it can see.
 * - `nobody`: root sets the sandbox up, then gives itself up; what is made belongs to nobody. Its first process is bubblewrap's own, which may
 *   still signal what it started when it must die; so each run leaves a process that the system's first process buries.
 */
export type Confinement = 'user' | 'nobody';

export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of path.isAbsolute(name) ? [''] : PROGRAM_FOLDERS) {
    const at = path.join(folder, name);
    try {
      await access(at, constants.X_OK);
      return await realpath(at);
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** `/usr`, and what stands beside it on this system: a link into it, or a folder of its own. */
export async function libraryMounts(): Promise<readonly string[]> {
  const mounts = ['--ro-bind', '/usr', '/usr'];
  for (const place of ['/bin', '/lib', '/lib64', '/lib32']) {
    const found = await lstat(place).catch(() => undefined);
    if (found?.isSymbolicLink()) mounts.push('--symlink', await readlink(place), place);
    else if (found?.isDirectory()) mounts.push('--ro-bind', place, place);
  }
  // Some libraries are named by way of /etc/alternatives; bubblewrap makes parents that only their owner may enter.
  mounts.push('--dir', '/etc', '--dir', '/dev');
  for (const place of ['/etc/alternatives', '/etc/ld.so.cache']) mounts.push('--ro-bind-try', place, place);
  for (const place of ['/dev/null', '/dev/urandom']) mounts.push('--dev-bind', place, place);
  return mounts;
}

/** Root gives itself up where the source can be read without being root and the folder can be given away. */
export async function canBeNobody(run: Pick<SandboxedRun, 'source' | 'folder'>): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  if (run.source !== undefined && ((await stat(run.source)).mode & 0o004) === 0) return false;
  if (run.folder === undefined) return true;
  try {
    const inside = await readdir(run.folder);
    for (const place of [run.folder, ...inside.map((name) => path.join(run.folder ?? '', name))]) await chown(place, NOBODY, NOBODY);
    return true;
  } catch {
    return false;
  }
}

const insideUsr = (program: string): boolean => program.startsWith('/usr/');

/** The whole command, an argument each. Limits on memory, time and files are set before anything of the sandbox begins. */
export function confine(run: SandboxedRun, confinement: Confinement, programs: Programs, libraries: readonly string[]): Command {
  const program = programs[run.tool];
  const cpuSeconds = Math.ceil(run.seconds * os.availableParallelism()) + 10;
  const limits = [
    `--as=${run.memoryBytes}`,
    `--cpu=${cpuSeconds}`,
    `--nofile=${OPEN_FILES}`,
    `--fsize=${run.folder === undefined ? 0 : run.fileBytes}`,
    '--core=0',
  ];
  const namespaces =
    confinement === 'user'
      ? // As the first process of its world, so that no other one is left for the system to bury.
        ['--unshare-all', '--as-pid-1', '--cap-drop', 'ALL', '--uid', `${NOBODY}`, '--gid', `${NOBODY}`]
      : ['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'];
  const identity =
    confinement === 'user'
      ? []
      : [
          programs.setpriv,
          ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'],
          ...['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'],
        ];
  const mounts = [
    ...libraries,
    ...(insideUsr(program) ? [] : ['--ro-bind', program, program]),
    ...(run.source === undefined ? [] : ['--ro-bind', run.source, SOURCE]),
    ...(run.folder === undefined ? [] : ['--bind', run.folder, FOLDER]),
  ];
  return {
    file: programs.prlimit,
    arguments: [
      ...limits,
      programs.bwrap,
      ...namespaces,
      '--die-with-parent',
      ...mounts,
      ...['--chdir', run.workingFolder ?? '/', '--'],
      ...identity,
      program,
      ...run.arguments,
    ],
  };
}
