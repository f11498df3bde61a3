import type { Progress } from './settled.ts';

/** What the player has: the quality that plays and all it may choose from, by their short sides. */
export interface RungsNow {
  readonly playing: number | null;
  readonly offered: readonly number[];
}

const MOST = 3;

/**
 * The qualities worth showing while some are being made: the one that plays and what is above it, the lowest first. Undefined where
 * the player has them all already: then it is the film's end that is being made, not a better picture.
 */
export function rungsShown(rungs: Progress['rungs'], { playing, offered }: RungsNow): Progress['rungs'] | undefined {
  const rising = rungs.toSorted((a, b) => Number(a.id) - Number(b.id));
  const coming = rising.filter((rung) => !offered.includes(Number(rung.id)));
  if (coming.length === 0) return undefined;
  const from = playing ?? Math.max(0, ...offered);
  const above = rising.filter((rung) => Number(rung.id) >= from);
  return (above.length > 1 ? above : rising).slice(0, MOST);
}
