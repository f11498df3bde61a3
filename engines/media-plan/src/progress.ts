import type { VideoPlan } from './media-plan.ts';
import { frameCost } from './waves.ts';

export interface ProgressSample {
  /** From 0 to 1: the share of all the work that is done. */
  readonly done: number;
  /** Seconds of a clock that only goes forward. */
  readonly atSeconds: number;
}

/** Kept by who reports progress and handed back with the next sample; plain data, so it may be stored. */
export interface ProgressState {
  /** 0–100 with one decimal; never falls, and 100 only when all is done. */
  readonly percent: number;
  /** Seconds of the source that are finished in a second, smoothed; undefined until there is something to tell from. */
  readonly speed: number | undefined;
  readonly etaSeconds: number | undefined;
  readonly done: number;
  readonly atSeconds: number;
  readonly startedSeconds: number;
  /** Share of the work per second; 0 until known. */
  readonly rate: number;
}

/** Speed is not told before this much was seen: a start says nothing about the rest. */
const SETTLED_SECONDS = 1;
/** What was is forgotten over a third of the time passed, within these bounds. */
const [FORGET_LEAST, FORGET_MOST] = [4, 60];
const LONGEST_ETA = 7 * 86_400;

/**
 * The next state from a sample: percent, smoothed speed, time left (SPEC.md [MP90]–[MP93]).
 * @param previous undefined at the start, also of a resumed work: its first sample is where the measuring begins
 * @param sourceSeconds the length of the source, for the speed
 */
export function estimateProgress(previous: ProgressState | undefined, sample: ProgressSample, sourceSeconds: number): ProgressState {
  const told = Number.isFinite(sample.done) ? Math.min(1, Math.max(0, sample.done)) : 0;
  const now = Number.isFinite(sample.atSeconds) ? sample.atSeconds : (previous?.atSeconds ?? 0);
  const done = Math.max(previous?.done ?? 0, told);
  const atSeconds = Math.max(previous?.atSeconds ?? now, now);
  const startedSeconds = previous?.startedSeconds ?? atSeconds;
  const elapsed = atSeconds - startedSeconds;
  const passed = atSeconds - (previous?.atSeconds ?? atSeconds);

  let rate = previous?.rate ?? 0;
  if (previous !== undefined && passed > 0) {
    const seen = (done - previous.done) / passed;
    const memory = Math.min(FORGET_MOST, Math.max(FORGET_LEAST, elapsed / 3));
    rate = rate === 0 ? seen : rate + (seen - rate) * (passed / (memory + passed));
  }
  const settled = elapsed >= SETTLED_SECONDS && rate > 0;
  const left = done >= 1 ? 0 : (1 - done) / rate;
  return {
    percent: done >= 1 ? 100 : Math.min(99.9, Math.floor(done * 1000) / 10),
    speed: settled ? rate * sourceSeconds : undefined,
    etaSeconds: done >= 1 ? 0 : settled && left <= LONGEST_ETA ? left : undefined,
    done,
    atSeconds,
    startedSeconds,
    rate,
  };
}

/**
 * The share of a film's work that is done, 0–1, when each wave has made so many frames (over all its chunks). Waves weigh what
 * they cost, so that a wave of small rungs does not look like half of the work.
 */
export function shareOfWork(plan: VideoPlan, framesByWave: readonly number[]): number {
  const { picture } = plan;
  const work = { toneMap: picture.toneMap !== undefined, deinterlace: picture.deinterlace };
  const costs = plan.waves.map((wave) =>
    frameCost(
      plan.rungs.filter((rung) => wave.includes(rung.id)),
      picture.decoded,
      work,
    ),
  );
  const made = costs.reduce((sum, cost, wave) => sum + cost * Math.min(picture.frames, Math.max(0, framesByWave[wave] ?? 0)), 0);
  return made / (costs.reduce((sum, cost) => sum + cost, 0) * picture.frames);
}
