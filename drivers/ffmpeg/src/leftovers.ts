import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/*
 * Bubblewrap ties what it starts to the life of this program, but a few milliseconds after the start. What a program that was
 * killed just then left running is found by the next one: every run carries the name of who started it.
 */
const VARIABLE = 'MADANG_STARTED_BY';

/** When a process began, in ticks since the system did; with its number this names it for good. Undefined when it is gone. */
function startOf(pid: number | 'self'): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // "pid (name) state …": the name may hold anything, so count from its closing parenthesis. A dead one is gone.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

/** Numbers of processes mean something within this alone. */
function world(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

/** For the environment of what is run; nothing on systems without `/proc`. */
export function startedByUs(): Readonly<Record<string, string>> {
  const [own, start] = [world(), startOf('self')];
  return own === undefined || start === undefined ? {} : { [VARIABLE]: `${own} ${process.pid} ${start}` };
}

/** Kills what programs that are gone left running on this machine; how many processes. */
export async function endLeftovers(): Promise<number> {
  const own = world();
  if (own === undefined) return 0;
  let ended = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const mark = environment.split('\0').find((entry) => entry.startsWith(`${VARIABLE}=${own} `));
    if (mark === undefined) continue;
    const [pid, start] = mark.slice(VARIABLE.length + own.length + 2).split(' ');
    if (startOf(Number(pid)) === start) continue;
    try {
      process.kill(Number(name), 'SIGKILL');
      ended++;
    } catch {
      // it ended in this moment
    }
  }
  return ended;
}
