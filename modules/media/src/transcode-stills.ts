import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { BlobStore, EncodeStills, FilmStill, Logger, ZoneContext } from '@madang/kernel';
import type { MediaPlan, VideoPlan } from '@madang/media-plan';
import { CONTENT_TYPES, candidateFile, vodPrefix } from './asset-keys.ts';
import { findAsset, type KeptStill } from './asset-store.ts';
import type { Posters } from './poster.ts';
import { AssetGone } from './transcode-failure.ts';
import type { Unit } from './transcode-units.ts';

/** Where pictures are taken to choose from, as shares of the film. */
const CANDIDATES_AT = [0.06, 0.15, 0.25, 0.36, 0.48, 0.6, 0.72, 0.84];
/** Pixels of their longer side. */
export const CANDIDATE_SIDE = 1280;
/** The picture for lists is wanted as soon as the film plays, so it is taken no later than this … */
const EARLY_SECONDS = 5;
/** … and is no larger, for a better one comes when the film is whole. */
const EARLY_SIDE = 640;

export const candidateSeconds = ({ durationSeconds }: MediaPlan): readonly number[] =>
  CANDIDATES_AT.map((share) => share * durationSeconds);

/** A picture to be taken in the pass that makes a unit. */
export interface WantedStill {
  /** Of the evened film. */
  readonly frame: number;
  /** Its place among the candidates. */
  readonly candidate: number | undefined;
  readonly early: boolean;
}

/** All that are taken while this unit is made, each frame once, in order. The first wave takes them. */
export function stillsOf(plan: MediaPlan, { wave, chunk }: Unit): readonly WantedStill[] {
  const part = plan.kind === 'video' ? plan.chunks[chunk] : undefined;
  if (plan.kind !== 'video' || part === undefined || wave > 0) return [];
  return allStills(plan).filter(({ frame }) => frame >= part.startFrame && frame < part.endFrame);
}

function allStills(plan: VideoPlan): WantedStill[] {
  const { rate, frames } = plan.picture;
  const frameAt = (seconds: number): number => Math.min(frames - 1, Math.round((seconds * rate.numerator) / rate.denominator));
  const candidates = [...new Set(candidateSeconds(plan).map(frameAt))];
  const early = Math.min(frameAt(EARLY_SECONDS), ...candidates);
  const wanted = candidates.map((frame, candidate): WantedStill => ({ frame, candidate, early: frame === early }));
  return candidates.includes(early) ? wanted : [{ frame: early, candidate: undefined, early: true }, ...wanted];
}

export interface UnitStills {
  /** What the encoder is asked for; undefined where nothing is to be taken. */
  readonly request: EncodeStills | undefined;
  /** The film can be played and is not whole: now it may have an early picture, if it has none. */
  playable(): void;
  /** Resolves when nothing is being made any more. What was kept of each candidate, for the chunk's row. */
  settled(): Promise<Readonly<Record<string, KeptStill>>>;
}

/** Candidates are put as they are taken. The early picture costs the film nothing when it does not succeed. */
export function createUnitStills(options: {
  readonly zone: ZoneContext;
  readonly assetId: string;
  readonly version: string;
  readonly unit: Unit;
  readonly plan: MediaPlan;
  readonly blobs: BlobStore;
  readonly posters: Posters;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}): UnitStills {
  const { zone, assetId, version, blobs, posters, folder, signal, logger } = options;
  const wanted = stillsOf(options.plan, options.unit);
  const kept: Record<string, KeptStill> = {};
  let early: FilmStill | undefined;
  let mayShow = false;
  let showing: Promise<void> | undefined;

  async function onStill(still: FilmStill): Promise<void> {
    const want = wanted.find(({ frame }) => frame === still.frame);
    if (want?.candidate !== undefined) {
      const { atSeconds, luminance, contrast, sharpness, sceneChange, path } = still;
      const key = vodPrefix(zone.zone.id, assetId, version) + candidateFile(want.candidate);
      await blobs.put(key, createReadStream(path), { contentType: CONTENT_TYPES.jpeg, signal });
      kept[want.candidate] = { atSeconds, bytes: (await stat(path)).size, luminance, contrast, sharpness, sceneChange };
    }
    if (want?.early) early = still;
    show();
  }

  function show(): void {
    if (!mayShow || early === undefined || showing !== undefined) return;
    showing = makeEarly(early.path).catch((error: unknown) => {
      if (!signal.aborted && !(error instanceof AssetGone)) logger.warn({ err: error, asset: assetId }, 'no early picture of a film');
    });
  }

  async function makeEarly(path: string): Promise<void> {
    if ((await zone.db.maybeOne(findAsset(assetId)))?.poster !== 0) return;
    await posters.make(zone, assetId, version, { path, origin: 'made', candidate: null, side: EARLY_SIDE }, folder);
  }

  const frames = wanted.map(({ frame }) => frame);
  return {
    request: frames.length === 0 ? undefined : { frames, longSide: CANDIDATE_SIDE, onStill },
    playable() {
      mayShow = true;
      show();
    },
    async settled() {
      await showing;
      return kept;
    },
  };
}
