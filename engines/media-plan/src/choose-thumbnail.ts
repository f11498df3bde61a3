/** What was measured on one picture of a film. What is not finite counts as 0. */
export interface ThumbnailCandidate {
  readonly atSeconds: number;
  /** Mean brightness, 0–1. */
  readonly luminance: number;
  /** Spread of brightness, 0–1: of the 10th to the 90th percentile, say. */
  readonly contrast: number;
  /** More is sharper; any unit, the same for all candidates (the size of the JPEG serves). */
  readonly sharpness: number;
  /** 0–1: how much it differs from the picture before it; high in the middle of a cut or a fade. */
  readonly sceneChange: number;
}

const DARKEST = 0.08;
const BRIGHTEST = 0.92;
const FLATTEST = 0.06;
const FIRST_WORTH = 0.04;
const LAST_WORTH = 0.85;

const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
const within = (value: number): number => Math.min(1, Math.max(0, finite(value)));

/** A fraction of 1 for each of: sharp, well lit, rich, still, and neither the opening card nor the credits. */
function score(candidate: ThumbnailCandidate, sharpest: number, durationSeconds: number): number {
  const light = within(candidate.luminance);
  const place = durationSeconds > 0 ? finite(candidate.atSeconds) / durationSeconds : 0;
  const empty = light < DARKEST || light > BRIGHTEST || within(candidate.contrast) < FLATTEST;
  const sharp = sharpest > 0 ? Math.max(0, finite(candidate.sharpness)) / sharpest : 0;
  const lit = 1 - Math.abs(light - 0.5) * 2;
  const rich = Math.min(1, within(candidate.contrast) / 0.5);
  const still = 1 - within(candidate.sceneChange);
  const placed = place >= FIRST_WORTH && place <= LAST_WORTH ? 1 : 0;
  return 0.35 * sharp + 0.2 * lit + 0.2 * rich + 0.15 * still + 0.1 * placed - (empty ? 1 : 0);
}

/**
 * The index of the picture that shows the film best, the earliest of equals; undefined for no candidates. Black, white and flat
 * pictures are taken only where there is nothing else (SPEC.md [MP95]).
 */
export function chooseThumbnail(candidates: readonly ThumbnailCandidate[], durationSeconds: number): number | undefined {
  const sharpest = Math.max(0, ...candidates.map((candidate) => finite(candidate.sharpness)));
  let best: { readonly index: number; readonly score: number } | undefined;
  for (const [index, candidate] of candidates.entries()) {
    const own = score(candidate, sharpest, durationSeconds);
    if (best === undefined || own > best.score) best = { index, score: own };
  }
  return best?.index;
}
