import { frameTime, type Rational } from './rational.ts';

/** A stretch of the film that one worker makes in one go; starts where a segment starts, in every rung alike. */
export interface Chunk {
  readonly index: number;
  /** Number of its first segment in the whole film (`-start_number`). */
  readonly firstSegment: number;
  readonly segments: number;
  /** Frames of the evened film, from 0; the end is exclusive. */
  readonly startFrame: number;
  readonly endFrame: number;
  /** Exactly `startFrame / rate`, in seconds. */
  readonly start: Rational;
  readonly end: Rational;
  /** The last one goes on to the end of the source, wherever the container's word for the length was wrong. */
  readonly isLast: boolean;
}

/** Whether a remainder this share of a chunk is worth a chunk of its own. */
const WORTH_A_CHUNK = 0.25;

/** Cuts `frames` into chunks of `segmentsEach` segments (SPEC.md [MP60]–[MP63]). All arguments are whole numbers above 0. */
export function planChunks(frames: number, segmentFrames: number, rate: Rational, segmentsEach: number): readonly Chunk[] {
  const length = segmentFrames * segmentsEach;
  const remainder = frames % length;
  const whole = Math.floor(frames / length);
  const count = Math.max(1, remainder >= length * WORTH_A_CHUNK ? whole + 1 : whole);
  return Array.from({ length: count }, (_, index): Chunk => {
    const startFrame = index * length;
    const isLast = index === count - 1;
    const endFrame = isLast ? frames : startFrame + length;
    return {
      index,
      firstSegment: index * segmentsEach,
      segments: Math.ceil((endFrame - startFrame) / segmentFrames),
      startFrame,
      endFrame,
      start: frameTime(startFrame, rate),
      end: frameTime(endFrame, rate),
      isLast,
    };
  });
}
