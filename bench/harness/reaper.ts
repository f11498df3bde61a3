import { readFileSync } from 'node:fs';

/** prctl(2) by the processor: perl calls the kernel by number. */
const PRCTL: Readonly<Record<string, number>> = { x64: 157, arm64: 167 };

/** PR_SET_CHILD_SUBREAPER is 36, PR_SET_PDEATHSIG is 1: the program falls with what stands over it. */
const SCRIPT = `
  my $prctl = shift;
  syscall($prctl, 36, 1, 0, 0, 0) == 0 or die "prctl: $!";
  my $main = fork // die "fork: $!";
  if ($main == 0) { syscall($prctl, 1, 9, 0, 0, 0); exec @ARGV or die "exec: $!" }
  for my $name (qw(TERM INT QUIT)) { $SIG{$name} = sub { kill $name, $main } }
  while ((my $ended = wait) > 0) { exit($? & 127 ? 128 + ($? & 127) : $? >> 8) if $ended == $main }
`;

/**
 * The command under a process that buries what the command leaves behind. A sandbox that root set up leaves its first process to
 * the system, and with it the time of all that ran inside: here it comes to this process, and `cpuSeconds` of it misses nothing.
 */
export function reaped(program: string, args: readonly string[]): { readonly program: string; readonly args: readonly string[] } {
  const prctl = PRCTL[process.arch];
  if (prctl === undefined) throw new Error(`no number of prctl on ${process.arch}`);
  return { program: 'perl', args: ['-e', SCRIPT, `${prctl}`, program, ...args] };
}

/** The process of the command itself. */
export function insideReaper(pid: number): number {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (!first) throw new Error(`nothing runs under ${pid}`);
  return Number(first);
}
