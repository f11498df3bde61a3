import { MediaToolFailure } from '@madang/kernel';

/** How a run came to its end, as seen from outside. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The beginning and the end of what it said. */
  readonly errors: string;
  /** Whether our own clock ended it. */
  readonly late: boolean;
}

const LONGEST_DETAIL = 500;
/** bubblewrap answers 128 and the signal's number for a program that was killed; higher numbers are ffmpeg's own error codes. */
const FIRST_SIGNAL = 129;
const LAST_SIGNAL = 159;
/** ffmpeg's own answer to a signal that let it finish. */
const INTERRUPTED = 255;

/**
 * What a tool said, for people: without the names of places, addresses in memory, control characters and repetitions.
 * @param places paths that must not be told
 */
export function cleanDetail(text: string, places: readonly string[] = []): string {
  let cleaned = text;
  for (const place of places) cleaned = cleaned.replaceAll(place, '…');
  const lines = cleaned
    .replace(/\[([\w,#:/ .]{1,60}) @ 0x[0-9a-f]+\] ?/g, '$1: ')
    .replace(/0x[0-9a-f]{6,}/g, '…')
    .replace(/(?<![\w/.])\/in\b/g, 'source')
    .replace(/(?<![\w.])\/(?:[\w.%@+-]+\/)*[\w.%@+-]+/g, '…')
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[\p{Cc}\p{Cf}\p{Co}\uFFFD]+/gu, ' ').trim())
    .filter((line) => line !== '');
  const said = [...new Set(lines)].join('; ');
  return said.length <= LONGEST_DETAIL ? said : `…${said.slice(1 - LONGEST_DETAIL)}`;
}

/** Whether a picture was refused for its size: by the limit, or as one that no memory holds. */
export const saysTooLarge = (errors: string): boolean =>
  /Picture size (?:\d+x\d+ exceeds|\d{5,}x\d+ is invalid|\d+x\d{5,} is invalid)/.test(errors);

/** Why a run failed; undefined when it ended well. */
export function failureOf(end: RunEnd, places: readonly string[] = []): MediaToolFailure | undefined {
  const { code, signal, errors, late } = end;
  if (late) return new MediaToolFailure('exhausted', 'it took more time than is allowed');
  if (signal === null && code === 0) return undefined;
  const detail = cleanDetail(errors, places);
  if (/^(?:bwrap|prlimit|setpriv): /m.test(errors) && signal === null) return new MediaToolFailure('unavailable', detail);
  if (/No space left on device|Disk quota exceeded/.test(errors)) return new MediaToolFailure('disk_full', detail);
  if (/Cannot allocate memory|malloc of size|std::bad_alloc/.test(errors)) return new MediaToolFailure('exhausted', detail);
  if (saysTooLarge(errors)) return new MediaToolFailure('too_large', detail);
  if (signal !== null) return new MediaToolFailure('crashed', `ended by ${signal}`);
  if (code === INTERRUPTED) return new MediaToolFailure('crashed', 'ended by a signal');
  if (code !== null && code >= FIRST_SIGNAL && code <= LAST_SIGNAL)
    return new MediaToolFailure('crashed', `ended by signal ${code - FIRST_SIGNAL + 1}`);
  return new MediaToolFailure('unreadable', detail === '' ? `ended with ${code}` : detail);
}
