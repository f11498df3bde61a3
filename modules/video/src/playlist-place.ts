/** Between two that were added one after the other. */
export const STEP = 1024;

/**
 * A place between two neighbours (undefined: there is none on that side), or undefined where no number lies between them.
 * Halving leaves room for some fifty moves into the same gap.
 */
export function placeAt(before: number | undefined, after: number | undefined): number | undefined {
  if (before === undefined && after === undefined) return STEP;
  if (before === undefined) return (after as number) - STEP;
  if (after === undefined) return before + STEP;
  const middle = before + (after - before) / 2;
  return middle > before && middle < after ? middle : undefined;
}
