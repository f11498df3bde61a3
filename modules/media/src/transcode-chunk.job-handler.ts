import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { EncodedSegment, JobHandler, Logger, MediaTools, ZoneContext } from '@madang/kernel';
import type { MediaPlan } from '@madang/media-plan';
import { CONTENT_TYPES, INIT, segmentName, vodPrefix } from './asset-keys.ts';
import { beginChunk, endChunk, type KeptStill, keepSegment, keepStills, makeChunkAgain, reviveAsset, segmentText } from './asset-store.ts';
import type { Posters } from './poster.ts';
import { AssetFailure, AssetGone, type FailAsset, settled } from './transcode-failure.ts';
import { type TranscodeQueue, transcodeChunk, type UnitPayload } from './transcode-jobs.ts';
import type { Playlists } from './transcode-playlists.ts';
import { createUnitProgress } from './transcode-progress.ts';
import type { Publish, PublishDeps } from './transcode-publish.ts';
import { createUnitStills } from './transcode-stills.ts';
import { requestOf, SOUNDS, type Unit, unitSeconds } from './transcode-units.ts';
import type { WorkPlace } from './transcode-work.ts';

export interface TranscodeDeps extends PublishDeps {
  readonly tools: MediaTools;
  readonly work: WorkPlace;
  readonly publish: Publish;
  readonly posters: Posters;
  readonly queue: TranscodeQueue;
  readonly failAsset: FailAsset;
  readonly logger: Logger;
}

/** Longer than a chunk may take; the job itself has a little more, to say so. */
const MAKING_SECONDS = transcodeChunk.timeoutSeconds - 600;
/** Segments of the renditions come in bunches, and a player asks every few seconds: one publication serves a second's worth. */
const PUBLISH_AFTER_MS = 1000;

interface Making {
  readonly zone: ZoneContext;
  readonly assetId: string;
  readonly version: string;
  readonly unit: Unit;
  readonly plan: MediaPlan;
}

/**
 * Makes one unit of a plan. Each segment is put, then kept in the chunk's row, then published; a try that was killed is made
 * again from the unit's beginning under the same names, so nothing is doubled and no list becomes shorter.
 */
export function createTranscodeHandler(deps: TranscodeDeps): JobHandler<UnitPayload> {
  return (context, { assetId, version, wave, chunk }) =>
    settled(context, { assetId, version, attempts: transcodeChunk.attempts }, deps.failAsset, async () => {
      const { zone, signal, jobId } = context;
      const begun = await zone.db.maybeOne(beginChunk(assetId, version, wave, chunk, jobId));
      if (begun === undefined) return { unwanted: true };
      const making: Making = { zone, assetId, version, unit: { wave, chunk }, plan: begun.plan };
      const late = AbortSignal.timeout(MAKING_SECONDS * 1000);
      const source = await deps.work.openSource(begun.source_key, signal);
      try {
        await deps.work.inFolder((folder) => encode(deps, making, source.path, folder, AbortSignal.any([signal, late])));
      } catch (error) {
        if (!late.aborted || signal.aborted) throw error;
        throw new AssetFailure('film_exhausting', `chunk ${chunk} took more than ${MAKING_SECONDS} s`, error);
      } finally {
        source.release();
      }
      return { made: true };
    });
}

async function encode(deps: TranscodeDeps, making: Making, source: string, folder: string, signal: AbortSignal): Promise<void> {
  const { zone, assetId, version, unit, plan } = making;
  const { blobs, tools, logger } = deps;
  const prefix = vodPrefix(zone.zone.id, assetId, version);
  const firstSegment = unit.chunk === SOUNDS || plan.kind === 'audio' ? 0 : (plan.chunks[unit.chunk]?.firstSegment ?? 0);
  const request = requestOf(plan, unit);
  const stills = createUnitStills({ ...making, ...deps, folder, signal });
  const publication = publisher(deps, making, () => stills.playable());
  const progress = createUnitProgress({
    ...making,
    ...deps,
    onError: (error) => logger.warn({ err: error, asset: assetId }, 'the progress of a film could not be written'),
  });
  const awaited = new Set([...(request.picture?.rungs ?? []), ...request.sounds].map(({ id }) => id));

  async function onSegment({ rendition, index, path, initPath, seconds, bytes }: EncodedSegment): Promise<void> {
    const put = (file: string, from: string, contentType: string): Promise<unknown> =>
      blobs.put(`${prefix}${rendition}/${file}`, createReadStream(from), { contentType, signal });
    await Promise.all([
      ...(awaited.has(rendition) ? [put(INIT, initPath, CONTENT_TYPES.init)] : []),
      put(segmentName(index), path, CONTENT_TYPES.segment),
    ]);
    const text = segmentText([seconds, bytes]);
    const kept = await zone.db.run(keepSegment(assetId, version, unit.wave, unit.chunk, rendition, index - firstSegment, text));
    if (kept === 0) throw new AssetGone();
    await rm(path, { force: true });
    const isLastToBegin = awaited.delete(rendition) && awaited.size === 0;
    // Nobody can play a film of which a rendition is missing: until all have begun there is nothing to tell.
    if (isLastToBegin) publication.now();
    else if (awaited.size === 0 || unit.chunk > 0) publication.soon();
    publication.rethrow();
  }

  try {
    const onProgress = ({ seconds }: { seconds: number }): void => progress.made(seconds);
    await tools.encode({ ...request, stills: stills.request, source, folder, onSegment, onProgress, signal });
    signal.throwIfAborted();
  } finally {
    await publication.stop();
    await progress.settled();
    await stills.settled();
  }
  const { playable, whole } = await end(deps, making, await stills.settled());
  if (!playable || whole) return;
  stills.playable();
  await stills.settled();
}

/** How often chunks of one film may come out torn before the source is to blame. */
const MOST_TORN = 3;

/** The unit's own done-mark, the last publication it causes, and the job that comes when it was the last: together or not at all. */
async function end({ publish, queue }: TranscodeDeps, making: Making, stills: Readonly<Record<string, KeptStill>>): Promise<Playlists> {
  const { assetId, version, unit, plan } = making;
  return publish(
    { ...making, put: new Map() },
    {
      before: async (tx) => {
        const ended = await tx.run(endChunk(assetId, version, unit.wave, unit.chunk, unitSeconds(plan, unit)));
        if (ended === 0) throw new AssetGone();
        if (Object.keys(stills).length > 0) await tx.run(keepStills(assetId, version, unit.wave, unit.chunk, JSON.stringify(stills)));
      },
      after: async (tx, { whole, torn, missing }, { owner_id: ownerId }) => {
        if (whole) await queue.finish(tx, { assetId, version });
        if (torn === undefined) {
          if (missing.length > 0) throw new AssetFailure('film_unreadable', `nothing could be decoded for ${missing.join(', ')}`);
          return;
        }
        const { revivals } = await tx.one(reviveAsset(assetId));
        if (revivals > MOST_TORN) throw new AssetFailure('film_unreadable', `chunk ${torn.chunk} does not meet the next one`);
        await tx.run(makeChunkAgain(assetId, version, torn.wave, torn.chunk));
        await queue.make(tx, { assetId, version, ownerId }, plan, [torn]);
      },
    },
  );
}

function publisher({ publish }: TranscodeDeps, making: Making, onPlayable: () => void) {
  const put = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let failure: { readonly error: unknown } | undefined;

  function run(): void {
    timer = undefined;
    if (running !== undefined) {
      again = true;
      return;
    }
    running = publish({ ...making, put })
      .then(
        ({ playable }) => {
          if (playable) onPlayable();
        },
        (error: unknown) => {
          failure ??= { error };
        },
      )
      .finally(() => {
        running = undefined;
        if (again && failure === undefined) soon();
        again = false;
      });
  }
  function soon(): void {
    timer ??= setTimeout(run, PUBLISH_AFTER_MS);
  }
  return {
    soon,
    /** Somebody waits to watch. */
    now(): void {
      clearTimeout(timer);
      run();
    },
    rethrow(): void {
      if (failure !== undefined) throw failure.error;
    },
    async stop(): Promise<void> {
      again = false;
      clearTimeout(timer);
      await running;
      clearTimeout(timer);
    },
  };
}
