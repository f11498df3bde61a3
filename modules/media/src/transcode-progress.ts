import type { Clock, ZoneContext } from '@madang/kernel';
import { estimateProgress, type MediaPlan, type ProgressState, shareOfWork, toNumber } from '@madang/media-plan';
import type { AssetProgress } from './asset.ts';
import type { AssetChanges } from './asset-changes.ts';
import { type ChunkRow, findAsset, findChunkStates, keepSeconds, setProgress } from './asset-store.ts';
import { SOUNDS, type Unit } from './transcode-units.ts';

type ChunkState = Omit<ChunkRow, 'segments'>;

/** A pause longer than this is no pace: measuring begins anew. */
const PAUSE_SECONDS = 20;

/** The share of the work that is done, 0–1, and how far each rung is. */
export function madeSoFar(plan: MediaPlan, chunks: readonly ChunkState[]): { done: number; rungs: AssetProgress['rungs'] } {
  if (plan.kind === 'audio') {
    const made = chunks.reduce((sum, { seconds_made }) => sum + seconds_made, 0);
    return { done: Math.min(1, made / plan.durationSeconds), rungs: [] };
  }
  const rate = toNumber(plan.picture.rate);
  const byWave = plan.waves.map((_, wave) => {
    const own = chunks.filter((chunk) => chunk.wave === wave && chunk.chunk !== SOUNDS);
    return {
      frames: own.reduce((sum, { seconds_made }) => sum + seconds_made * rate, 0),
      done: own.length === plan.chunks.length && own.every(({ state }) => state === 'done'),
      begun: own.some(({ state }) => state !== 'waiting'),
    };
  });
  const rungs = plan.waves.flatMap((ids, wave) => {
    const { frames = 0, done = false, begun = false } = byWave[wave] ?? {};
    const percent = done ? 100 : Math.min(99, Math.floor((frames / plan.picture.frames) * 100));
    return ids.map((id) => ({ id, state: done ? ('ready' as const) : begun ? ('making' as const) : ('waiting' as const), percent }));
  });
  return {
    done: shareOfWork(
      plan,
      byWave.map(({ frames }) => frames),
    ),
    rungs,
  };
}

/** The next estimate. It never says that all is done: finishing comes after, and tells so itself. */
export function nextEstimate(previous: ProgressState | undefined, done: number, atSeconds: number, sourceSeconds: number): ProgressState {
  const paused = previous !== undefined && atSeconds - previous.atSeconds > PAUSE_SECONDS;
  const from = paused ? { ...previous, atSeconds, startedSeconds: atSeconds, rate: 0 } : previous;
  return estimateProgress(from, { done: Math.min(done, 0.999), atSeconds }, sourceSeconds);
}

export interface UnitProgress {
  /** Seconds of the film made by this try so far; written at most once a second. */
  made(seconds: number): void;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

const EVERY_MS = 1000;

export function createUnitProgress(options: {
  zone: ZoneContext;
  assetId: string;
  version: string;
  unit: Unit;
  plan: MediaPlan;
  clock: Clock;
  changes: AssetChanges;
  onError: (error: unknown) => void;
}): UnitProgress {
  const { zone, assetId, version, unit, plan, clock, changes } = options;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;

  async function write(seconds: number): Promise<void> {
    await zone.db.run(keepSeconds(assetId, version, unit.wave, unit.chunk, seconds));
    const [row, chunks] = [await zone.db.maybeOne(findAsset(assetId)), await zone.db.many(findChunkStates(assetId, version))];
    if (row === undefined || row.version !== version) return;
    const { done, rungs } = madeSoFar(plan, chunks);
    const state = nextEstimate(row.progress.state, done, clock.now().getTime() / 1000, plan.durationSeconds);
    if ((await zone.db.run(setProgress(assetId, version, JSON.stringify({ state, rungs })))) === 0) return;
    changes.tell({ ...row, progress: { state, rungs } });
  }

  return {
    made(seconds) {
      if (writing !== undefined || performance.now() - writtenAt < EVERY_MS) return;
      writtenAt = performance.now();
      writing = write(seconds)
        .catch(options.onError)
        .finally(() => {
          writing = undefined;
        });
    },
    settled: async () => await writing,
  };
}
