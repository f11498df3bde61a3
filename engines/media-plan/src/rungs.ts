import { avcCodec, findLevel } from './h264-level.ts';
import { type Rational, toNumber } from './rational.ts';
import type { VideoTrack } from './source-probe.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One quality of the ladder: H.264 High, 8 bits, 4:2:0, square pixels. */
export interface Rung extends Size {
  /** The short side: `1080`. Unique in its plan; the name of its folder. */
  readonly id: string;
  /** kbit/s and kbit, for `-maxrate` and `-bufsize`. */
  readonly maxKilobits: number;
  readonly bufferKilobits: number;
  /** For `-crf`, `-profile:v`, `-level:v` (31 is 3.1). */
  readonly crf: number;
  readonly profile: 'high';
  readonly level: number;
  /** RFC 6381, such as `avc1.640028`. */
  readonly codecs: string;
}

const STEPS = [240, 360, 480, 720, 1080, 1440, 2160];
/** A source this much over the step below has a rung of its own (21 % more pixels) … */
const WORTH_A_RUNG = 1.1;
/** … which stands in place of the step below up to this. */
const WORTH_BOTH = 1.25;

/** Caps at 30 frames a second, in kbit/s, by pixels of the picture; between them in proportion. */
const CAPS: readonly (readonly [pixels: number, kilobits: number])[] = [
  [0, 100],
  [426 * 240, 400],
  [640 * 360, 800],
  [854 * 480, 1_400],
  [1280 * 720, 2_800],
  [1920 * 1080, 5_000],
  [2560 * 1440, 9_000],
  [3840 * 2160, 18_000],
  [4096 * 2304, 20_000],
];

const evenBelow = (side: number): number => Math.max(2, Math.floor(side / 2) * 2);
const evenNear = (side: number): number => Math.max(2, Math.round(side / 2) * 2);

/** What the longest side may be after a sample aspect ratio stretched it; so every picture's lowest rung fits level 5.1. */
const LONGEST_SIDE = 8192;

/** The picture as it is shown: after sample aspect ratio and rotation, in square pixels, each side even and never rounded up. */
export function displaySize(video: Pick<VideoTrack, 'width' | 'height' | 'sampleAspect' | 'rotation'>): Size {
  const stretched = video.width * toNumber(video.sampleAspect);
  const fit = Math.min(1, LONGEST_SIDE / Math.max(stretched, video.height));
  const width = evenBelow(Math.round(stretched * fit));
  const height = evenBelow(Math.round(video.height * fit));
  return video.rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The highest bit rate of a picture in kbit/s: by its pixels, and by half in proportion to the frame rate (60: ×1.5). */
export function maxKilobits(size: Size, framesPerSecond: number): number {
  const pixels = size.width * size.height;
  const above = Math.max(
    1,
    CAPS.findIndex(([edge]) => edge >= pixels),
  );
  const [[left, low] = [0, 0], [right, high] = [1, 0]] = CAPS.slice(above - 1, above + 1);
  const at30 = low + ((high - low) * (Math.min(pixels, right) - left)) / (right - left);
  return Math.round((at30 * (30 + framesPerSecond)) / 60);
}

/** Short sides of the ladder, ascending, for a picture whose short side is `own`. */
function shortSides(own: number, highest: number): readonly number[] {
  const steps = STEPS.filter((step) => step <= Math.min(own, highest));
  const below = steps.at(-1);
  if (below === undefined) return [Math.min(own, highest)];
  if (own > highest || own <= below * WORTH_A_RUNG) return steps;
  return own < below * WORTH_BOTH ? [...steps.slice(0, -1), own] : [...steps, own];
}

function sizeWithShortSide(own: Size, short: number): Size {
  const [ownShort, ownLong] = [Math.min(own.width, own.height), Math.max(own.width, own.height)];
  const long = Math.min(ownLong, Math.max(short, evenNear((ownLong * short) / ownShort)));
  return own.width >= own.height ? { width: long, height: short } : { width: short, height: long };
}

/**
 * The ladder of a picture, ascending and never empty (SPEC.md [MP30]–[MP37]).
 * @param own the picture's size as `displaySize` gives it
 * @param options `highest` short side, even and at least 240
 */
export function chooseRungs(own: Size, rate: Rational, options: { readonly highest: number; readonly crf: number }): readonly Rung[] {
  const framesPerSecond = toNumber(rate);
  return shortSides(Math.min(own.width, own.height), options.highest).flatMap((short): Rung[] => {
    const size = sizeWithShortSide(own, short);
    const maximum = maxKilobits(size, framesPerSecond);
    const caps = { maxKilobits: maximum, bufferKilobits: maximum * 2 };
    const level = findLevel({ ...size, framesPerSecond, ...caps });
    if (level === undefined) return [];
    return [{ id: `${short}`, ...size, ...caps, crf: options.crf, profile: 'high', level, codecs: avcCodec(level) }];
  });
}
