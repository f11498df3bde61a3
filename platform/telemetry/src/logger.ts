import type { Logger } from '@madang/kernel';
import { type DestinationStream, type LoggerOptions as PinoOptions, pino } from 'pino';
import { prettyLines } from './pretty-lines.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** One readable line per entry for a terminal; JSON lines otherwise. */
  readonly pretty?: boolean;
  /** Where lines go; standard output when left out. */
  readonly destination?: DestinationStream;
}

/** The kernel's logger that also says whether a level is written, so that a hot path need not build fields nobody reads. */
export interface LeveledLogger extends Logger {
  isLevelEnabled(level: string): boolean;
  child(fields: object): LeveledLogger;
}

const SECRETS = ['authorization', 'cookie', '["set-cookie"]', 'password', 'token', 'accessToken', 'refreshToken', 'secret'];

/** Members of these names are never written, at the top of an entry, one level down and inside `headers`. */
const REDACTED = SECRETS.flatMap((name) => {
  const member = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${member}`, `*.headers${member}`];
});

/**
 * A pino logger: `level`, ISO `time` and `message` in every line; errors under `err` (or `error`, `cause`) with their stack
 * and causes; members that carry credentials replaced by `[redacted]`.
 */
export function createLogger(options: LoggerOptions): LeveledLogger {
  const settings: PinoOptions = {
    level: options.level,
    base: null,
    messageKey: 'message',
    errorKey: 'err',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: {
      err: pino.stdSerializers.errWithCause,
      error: pino.stdSerializers.errWithCause,
      cause: pino.stdSerializers.errWithCause,
    },
  };
  const sink = options.destination ?? pino.destination({ dest: 1, sync: true });
  return pino(settings, options.pretty ? prettyLines(sink) : sink);
}
