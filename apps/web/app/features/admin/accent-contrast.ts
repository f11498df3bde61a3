/** Where live and "failed" are red, a zone keeps its distance. OKLCH degrees. */
const RED = 27;
const DISTANCE = 25;

const cosine = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);

/** WCAG relative luminance of an OKLCH colour within sRGB (matrices: Ottosson, "A perceptual color space for image processing"). */
function luminance(lightness: number, chroma: number, hue: number): number {
  const a = chroma * cosine(hue);
  const b = chroma * cosine(hue - 90);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  return (
    0.2126 * within(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * within(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * within(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}

const ratio = (one: number, other: number): number => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

export interface AccentContrast {
  /** White on the accent's fill. */
  readonly fill: number;
  /** Accent words on the page's surface. */
  readonly text: number;
}

/** Contrast ratios (WCAG 2.2 §1.4.3) of the accent a hue makes; the same formulas as `tokens.css`. */
export function accentContrast(hue: number): { readonly light: AccentContrast; readonly dark: AccentContrast } {
  const chroma = 0.086 + 0.09 * Math.sqrt(Math.max(0, cosine(hue - 330))) + 0.033 * Math.max(0, cosine(hue - 130)) ** 3;
  const darkChroma = 0.105 + 0.01 * cosine(hue - 140) + 0.01 * cosine((hue - 165) * 2);
  return {
    light: { fill: ratio(1, luminance(0.53, chroma, hue)), text: ratio(1, luminance(0.48, chroma * 0.9, hue)) },
    dark: { fill: ratio(1, luminance(0.545, chroma, hue)), text: ratio(luminance(0.205, 0.007, 260), luminance(0.8, darkChroma, hue)) },
  };
}

/** A hue so near to red that an accent could be taken for "live". */
export function nearsRed(hue: number): boolean {
  const apart = Math.abs(hue - RED) % 360;
  return Math.min(apart, 360 - apart) < DISTANCE;
}
