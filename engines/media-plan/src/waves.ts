import { type Rational, toNumber } from './rational.ts';
import type { Rung, Size } from './rungs.ts';

/** What must be done to the picture besides scaling. */
export interface PictureWork {
  readonly toneMap: boolean;
  readonly deinterlace: boolean;
}

/** Prices in pixels encoded, from measured ladders (decoding is 11 % of one that has four rungs). */
const DECODE = 0.2;
const TONE_MAP = 0.7;
const DEINTERLACE = 0.3;
/** A wave keeps this far ahead of who watches it. */
const AHEAD = 1.1;

/** What a frame of these rungs costs, in pixels encoded. */
export function frameCost(rungs: readonly Size[], source: Size, work: PictureWork): number {
  const pixels = (size: Size): number => size.width * size.height;
  const top = Math.max(0, ...rungs.map(pixels));
  const scaled = rungs.reduce((sum, rung) => sum + pixels(rung), 0);
  return scaled + pixels(source) * (DECODE + (work.deinterlace ? DEINTERLACE : 0)) + (work.toneMap ? top * TONE_MAP : 0);
}

/**
 * The rungs in the order of their making: all at once where the machine is faster than watching; else the lowest that it
 * is fast enough for, at least one, then the rest (SPEC.md [MP70]–[MP72]).
 */
export function planWaves(
  rungs: readonly Rung[],
  source: Size,
  work: PictureWork,
  rate: Rational,
  pixelsPerSecond: number,
): readonly (readonly string[])[] {
  const keepsUp = (some: readonly Rung[]): boolean => frameCost(some, source, work) * toNumber(rate) * AHEAD <= pixelsPerSecond;
  let first = rungs.length;
  while (first > 1 && !keepsUp(rungs.slice(0, first))) first -= 1;
  const ids = rungs.map((rung) => rung.id);
  return [ids.slice(0, first), ids.slice(first)].filter((wave) => wave.length > 0);
}
