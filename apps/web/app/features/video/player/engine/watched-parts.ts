/** `[from, to]` in whole seconds of the film. */
export type Part = [from: number, to: number];

/** What a beacon takes at most. */
const MOST = 50;
/** A tick that moved further than this was a jump, not watching: ticks come four times a second, at up to twice the speed and more. */
const STRIDE = 2.5;

/**
 * Which parts of a film were watched since the last beacon, in order of watching. A part grows while playback moves on through it;
 * a seek ends it and begins another. Pure: it is told positions and knows no clock.
 */
export function createWatchedParts() {
  let parts: [number, number][] = [];
  let last: number | undefined;

  return {
    /** A position while it plays. */
    at(seconds: number): void {
      const moved = last === undefined ? Number.NaN : seconds - last;
      const part = parts.at(-1);
      if (part !== undefined && moved >= 0 && moved <= STRIDE) part[1] = seconds;
      else if (!(moved === 0)) parts.push([seconds, seconds]);
      last = seconds;
    },
    /** It stands still or went elsewhere: what follows is another part. */
    stop(): void {
      last = undefined;
    },
    /** Parts to the nearest second, and a fresh page; the part in progress goes on from where it was told, so no second is told twice. */
    take(): Part[] {
      const whole = parts.map(([from, to]): Part => [Math.round(from), Math.round(to)]).filter(([from, to]) => to > from);
      parts = last === undefined ? [] : [[last, last]];
      return whole.slice(-MOST);
    },
  };
}
export type WatchedParts = ReturnType<typeof createWatchedParts>;
