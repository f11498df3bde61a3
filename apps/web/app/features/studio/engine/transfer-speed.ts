/** How fast something travels, smoothed so that a person can read it. */
export interface TransferSpeed {
  /** Bytes per second; null until two moments were seen. */
  readonly rate: number | null;
  readonly bytes: number;
  /** Milliseconds, any clock that only goes forward. */
  readonly at: number;
}

/** Older speeds lose two thirds of their weight in this time. */
const MEMORY_MS = 4_000;
/** Below this a difference says more about buffers than about the line. */
const STEP_MS = 400;

/** The speed after `bytes` were there at `at`. Fewer bytes than before (a piece is sent again) only move the mark. */
export function observeTransfer(before: TransferSpeed | null, bytes: number, at: number): TransferSpeed {
  if (before === null) return { rate: null, bytes, at };
  if (bytes < before.bytes) return { rate: before.rate, bytes, at };
  const passed = at - before.at;
  if (passed < STEP_MS) return before;
  const now = ((bytes - before.bytes) / passed) * 1000;
  const weight = 1 - Math.exp(-passed / MEMORY_MS);
  return { rate: before.rate === null ? now : before.rate + weight * (now - before.rate), bytes, at };
}

/** Whole seconds until `bytes` have gone; null while nobody can say (nothing moves, or it would take more than four days). */
export function secondsFor(bytes: number, rate: number | null): number | null {
  if (bytes <= 0) return 0;
  if (rate === null || rate < 1) return null;
  const seconds = Math.ceil(bytes / rate);
  return seconds > 345_600 ? null : seconds;
}
