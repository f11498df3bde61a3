/** A linear axis from 0. */
export interface PlotScale {
  readonly top: number;
  /** From 0 to `top`, evenly. */
  readonly ticks: readonly number[];
}

/**
 * Three to five round steps (1, 2, 2.5, 5 × 10ⁿ) that reach `highest`. `whole` keeps counted things from having halves.
 */
export function scaleFor(highest: number, { whole = false }: { whole?: boolean } = {}): PlotScale {
  if (!(highest > 0)) return { top: 1, ticks: [0, 1] };
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough - power * 1e-9) ?? 10 * power;
  const step = whole ? Math.max(1, Math.ceil(nice)) : nice;
  const count = Math.max(1, Math.ceil(highest / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)));
  return { top: ticks.at(-1) ?? 1, ticks };
}

/** Which of `count` places along an axis get a label: first and last, and others evenly between, at most `most`. */
export function labelled(count: number, most: number): readonly number[] {
  if (count <= 0) return [];
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}

/** The nearest of `count` evenly spaced places for a position from 0 to 1. */
export function nearest(position: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.round(position * (count - 1))));
}

/** Points of an SVG path, `M` first. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}
