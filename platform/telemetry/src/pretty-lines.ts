import type { DestinationStream } from 'pino';

const COLOURS: Readonly<Record<string, string>> = { debug: '\u001b[2m', info: '\u001b[32m', warn: '\u001b[33m', error: '\u001b[31m' };
const RESET = '\u001b[0m';
const DIM = '\u001b[2m';

/** Rewrites pino's JSON lines as `12:34:56.789 info  message key=value …` with an error's stack below. For a terminal only. */
export function prettyLines(sink: DestinationStream): DestinationStream {
  return {
    write(line) {
      sink.write(`${pretty(line)}\n`);
    },
  };
}

function pretty(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line.trimEnd();
  }
  const { level, time, message, ...fields } = entry;
  const label = String(level);
  const stacks: string[] = [];
  const parts: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (isError(value)) stacks.push(value.stack);
    else parts.push(`${DIM}${key}=${RESET}${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  const clock = String(time).slice(11, 23);
  const head = `${DIM}${clock}${RESET} ${COLOURS[label] ?? ''}${label.padEnd(5)}${RESET} ${String(message)}`;
  return [[head, ...parts].join(' '), ...stacks].join('\n');
}

function isError(value: unknown): value is { stack: string } {
  return typeof value === 'object' && value !== null && typeof (value as { stack?: unknown }).stack === 'string';
}
