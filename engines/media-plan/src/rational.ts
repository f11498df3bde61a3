/**
 * Exact fractions, for frame rates and for times that are whole numbers of frames. Terms stay far below 2^53: twelve hours
 * at 60000/1001 frames a second are 2.6 million frames.
 */
export interface Rational {
  readonly numerator: number;
  /** Above 0; the fraction is in lowest terms. */
  readonly denominator: number;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The fraction in lowest terms. Both are integers, the denominator above 0; anything else is a RangeError. */
export function rational(numerator: number, denominator = 1): Rational {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator <= 0)
    throw new RangeError(`not a fraction: ${numerator}/${denominator}`);
  const divisor = greatestCommonDivisor(numerator, denominator) || 1;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const toNumber = (fraction: Rational): number => fraction.numerator / fraction.denominator;

/** `30000/1001`, or `30` for whole numbers: as ffmpeg's options take it. */
export const rationalText = (fraction: Rational): string =>
  fraction.denominator === 1 ? `${fraction.numerator}` : `${fraction.numerator}/${fraction.denominator}`;

/** The time of a frame's start, in seconds: `frame / rate`. */
export const frameTime = (frame: number, rate: Rational): Rational => rational(frame * rate.denominator, rate.numerator);

/** How many whole frames come closest to a duration in seconds. */
export const framesIn = (seconds: number, rate: Rational): number => Math.round((seconds * rate.numerator) / rate.denominator);

/** Reads ffprobe's `30000/1001` or `16:11`. Undefined where it is no positive fraction (`0/0` and `0:1` mean unknown). */
export function parseRational(value: unknown, separator: '/' | ':'): Rational | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const [left = '', right = '', ...rest] = value.split(separator);
  if (rest.length > 0 || !/^\d{1,12}$/.test(left) || !/^\d{1,12}$/.test(right)) return undefined;
  const [numerator, denominator] = [Number(left), Number(right)];
  return numerator > 0 && denominator > 0 ? rational(numerator, denominator) : undefined;
}
