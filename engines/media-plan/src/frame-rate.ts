import { type Rational, rational, toNumber } from './rational.ts';

export interface FrameRateChoice {
  /** `N` or `N·1000/1001` with a whole N of at least 10: two and four seconds are then whole numbers of frames. */
  readonly rate: Rational;
  /** The source's own frames are not evenly spaced: some are repeated or left out. */
  readonly evened: boolean;
}

const LOWEST = 10;
const SAME = 0.0004;
const EVEN = 0.005;
const STANDARD = [24, 25, 30, 48, 50, 60];

interface Snapped {
  readonly whole: number;
  readonly ntsc: boolean;
}

/** The rate `N` or `N·1000/1001` that this is within 0.04 % of. */
function snap(rate: number): Snapped | undefined {
  for (const ntsc of [false, true]) {
    const scaled = ntsc ? rate * 1.001 : rate;
    const whole = Math.round(scaled);
    if (whole >= 1 && Math.abs(scaled / whole - 1) <= SAME) return { whole, ntsc };
  }
  return undefined;
}

const toRate = ({ whole, ntsc }: Snapped): Rational => (ntsc ? rational(whole * 1000, 1001) : rational(whole));

/** A constant source's rate, divided until it is at most `highest` or multiplied until it is at least 10 frames a second. */
function bringIntoRange(rate: Snapped, highest: number): Snapped | undefined {
  const divided = rate.whole / Math.max(1, Math.ceil(rate.whole / highest));
  if (!Number.isInteger(divided)) return undefined;
  return { whole: divided * Math.max(1, Math.ceil(LOWEST / divided)), ntsc: rate.ntsc };
}

function constantRate(average: number, base: number): Snapped | undefined {
  if (Math.abs(average / base - 1) <= EVEN) return snap(base) ?? snap(average);
  // Interlaced and doubled film: the base counts fields.
  if (Math.abs(base / average / 2 - 1) <= SAME) return snap(average);
  // The base is the tick of the container's clock (Matroska: 1000), and the frames are even all the same.
  const exact = snap(average);
  return base > 120 && exact !== undefined && STANDARD.includes(exact.whole) ? exact : undefined;
}

const sane = (rate: Rational | undefined): number | undefined => {
  const value = rate === undefined ? undefined : toNumber(rate);
  return value !== undefined && value >= 0.05 && value <= 1000 ? value : undefined;
};

/**
 * The constant frame rate of all rungs (SPEC.md [MP20]–[MP23]).
 * @param average frames over duration, @param base the lowest rate all timestamps fit, as ffprobe tells them
 * @param highest whole frames a second, at least 30
 */
export function chooseFrameRate(average: Rational | undefined, base: Rational | undefined, highest = 60): FrameRateChoice {
  const mean = sane(average) ?? sane(base) ?? 30;
  const grid = sane(base) ?? mean;
  const constant = constantRate(mean, grid);
  const kept = constant && bringIntoRange(constant, highest);
  if (kept !== undefined) return { rate: toRate(kept), evened: false };
  const own = snap(grid);
  if (own !== undefined && STANDARD.includes(own.whole) && own.whole <= highest && mean > grid / 2)
    return { rate: toRate(own), evened: true };
  return { rate: rational(mean > 30.3 && highest >= 60 ? 60 : 30), evened: true };
}
