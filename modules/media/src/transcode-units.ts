import type { EncodeRequest } from '@madang/kernel';
import type { AudioRendition, MediaPlan, Rung } from '@madang/media-plan';

/** What is made in one go: a wave of rungs over a chunk of the film. `chunk` −1 is the sounds alone. */
export interface Unit {
  readonly wave: number;
  readonly chunk: number;
}

export const SOUNDS = -1;

/** A film in one chunk has its sounds made in the same pass as its first wave. */
const soundsApart = (plan: MediaPlan): boolean => plan.kind === 'audio' || (plan.chunks.length > 1 && plan.audio.length > 0);

/** All of a plan's units, in the order in which they are wanted. */
export function unitsOf(plan: MediaPlan): readonly Unit[] {
  const sounds = soundsApart(plan) ? [{ wave: 0, chunk: SOUNDS }] : [];
  if (plan.kind === 'audio') return sounds;
  return [...sounds, ...plan.waves.flatMap((_, wave) => plan.chunks.map(({ index }) => ({ wave, chunk: index })))];
}

export function soundsOf(plan: MediaPlan, { wave, chunk }: Unit): readonly AudioRendition[] {
  const here = soundsApart(plan) ? chunk === SOUNDS : wave === 0 && chunk === 0;
  return here ? plan.audio : [];
}

export function rungsOf(plan: MediaPlan, { wave, chunk }: Unit): readonly Rung[] {
  if (plan.kind === 'audio' || chunk === SOUNDS) return [];
  return plan.rungs.filter((rung) => plan.waves[wave]?.includes(rung.id) === true);
}

/** The unit whose sounds these are: all of a film's sounds are made in one. */
export const soundUnit = (plan: MediaPlan): Unit => ({ wave: 0, chunk: soundsApart(plan) ? SOUNDS : 0 });

export type UnitRequest = Pick<EncodeRequest, 'picture' | 'sounds' | 'soundSegmentSeconds'>;

/** What the encoder is asked for. RangeError for a unit that is not of this plan. */
export function requestOf(plan: MediaPlan, unit: Unit): UnitRequest {
  const sounds = soundsOf(plan, unit).map(({ id, sourceIndex, channels, kilobits }) => ({ id, sourceIndex, channels, kilobits }));
  const rungs = rungsOf(plan, unit);
  if (plan.kind === 'audio' || rungs.length === 0) {
    if (sounds.length === 0) throw new RangeError(`the plan has no unit ${unit.wave}/${unit.chunk}`);
    return { sounds, soundSegmentSeconds: plan.segmentSeconds };
  }
  const chunk = plan.chunks[unit.chunk];
  if (chunk === undefined) throw new RangeError(`the plan has no chunk ${unit.chunk}`);
  const { sourceIndex, rate, gopFrames, toneMap, deinterlace } = plan.picture;
  return {
    picture: {
      sourceIndex,
      rate,
      gopFrames,
      segmentSeconds: plan.segmentSeconds,
      toneMap,
      deinterlace,
      firstSegment: chunk.firstSegment,
      startFrame: chunk.startFrame,
      endFrame: chunk.isLast ? undefined : chunk.endFrame,
      rungs: rungs.map(({ id, width, height, maxKilobits, bufferKilobits, crf, level }) => {
        return { id, width, height, maxKilobits, bufferKilobits, crf, level };
      }),
    },
    sounds,
    soundSegmentSeconds: plan.segmentSeconds,
  };
}

/** Seconds of film in a unit; for the sounds all of it. */
export function unitSeconds(plan: MediaPlan, { chunk }: Unit): number {
  const part = plan.kind === 'video' ? plan.chunks[chunk] : undefined;
  if (plan.kind === 'audio' || part === undefined) return plan.durationSeconds;
  const { numerator, denominator } = plan.picture.rate;
  return ((part.endFrame - part.startFrame) * denominator) / numerator;
}
