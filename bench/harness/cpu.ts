import { readdirSync, readFileSync } from 'node:fs';

/** Linux accounts process time in hundredths of a second on every platform Node runs on (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly own: number;
  /** Of children that ended and were waited for, with all below them, s. */
  readonly children: number;
}

/** `/proc/<pid>/stat` (proc(5)); undefined for a process that is gone. */
function readTimes(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // the name stands in parentheses and may hold anything: the fields are counted from the last one
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (user: number): number => (Number(fields[user]) + Number(fields[user + 1])) / TICKS_PER_SECOND;
  return { parent: Number(fields[1]), own: seconds(11), children: seconds(13) };
}

/** CPU-seconds that one process alone has used so far. */
export function ownCpuSeconds(pid: number): number {
  const times = readTimes(pid);
  if (times === undefined) throw new Error(`process ${pid} is gone`);
  return times.own;
}

/**
 * CPU-seconds, user and system, that the processes and all their descendants have used so far. A descendant that ended is
 * counted by the parent that waited for it, so the difference of two readings misses nothing and counts nothing twice.
 */
export function cpuSeconds(roots: readonly number[]): number {
  const times = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const read = readTimes(pid);
    if (read !== undefined) times.set(pid, read);
  }
  const counted = new Set(roots);
  const isCounted = (pid: number): boolean => {
    for (let at = pid; at > 1; at = times.get(at)?.parent ?? 0) if (counted.has(at)) return true;
    return false;
  };
  let sum = 0;
  for (const [pid, { own, children }] of times) if (isCounted(pid)) sum += own + children;
  return sum;
}

/** Resident memory of one process, MB of 10⁶ bytes. */
export function residentMegabytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Share of the machine's processors that was busy with anything, 0–1, while `work` ran. */
export async function withBusyShare<T>(work: () => Promise<T>): Promise<{ result: T; busy: number }> {
  const before = readMachine();
  const result = await work();
  const after = readMachine();
  return { result, busy: 1 - (after.idle - before.idle) / Math.max(1, after.total - before.total) };
}

function readMachine(): { idle: number; total: number } {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), total: ticks.reduce((sum, value) => sum + value, 0) };
}
