import { availableParallelism } from 'node:os';
import {
  type BlobStore,
  type Broadcaster,
  type Clock,
  type EventPublisher,
  fail,
  type ImageProcessor,
  ImageRefused,
  type JobQueue,
  job,
  type Logger,
  type MadangModule,
  type MediaTools,
  onEvent,
  type ZoneContext,
} from '@madang/kernel';
import { PIXELS_PER_SECOND_ON_TWO_CORES, type PlanOptions } from '@madang/media-plan';
import type { Asset, Assets } from './asset.ts';
import { assetOf, createAssetChanges, shown } from './asset-changes.ts';
import { assetErrors } from './asset-errors.ts';
import { candidateFile, vodPrefix } from './asset-keys.ts';
import { clearVersionJob, createLeaveBehind } from './asset-leftovers.ts';
import { ASSET_CLAIM, createAssetLives } from './asset-lives.ts';
import { createAssetPaths } from './asset-paths.ts';
import { type AssetRow, findAsset, findAssets, queueAsset } from './asset-store.ts';
import { assetSchedules, sweepAssetsJob, sweepVodJob } from './asset-sweep.job.ts';
import { findCaptionsOf } from './caption-store.ts';
import { createCaptions } from './captions.ts';
import { createMediaNamespace } from './media.realtime.ts';
import { mediaErrors } from './media-errors.ts';
import { createPosters } from './poster.ts';
import { createFailAsset } from './transcode-failure.ts';
import { createTranscodeQueue, finishAsset, prepareAsset, transcodeChunk, transcodeSounds } from './transcode-jobs.ts';
import { createPublish } from './transcode-publish.ts';
import { createWorkPlace } from './transcode-work.ts';
import { type Uploads, uploadCompleted } from './upload.ts';
import { findStorage } from './upload-usage.ts';
import type { VodTokens } from './vod-token.ts';

export interface AssetsDeps {
  readonly blobs: BlobStore;
  readonly images: ImageProcessor;
  readonly tools: MediaTools;
  readonly jobs: JobQueue;
  readonly events: EventPublisher;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly uploads: Uploads;
  readonly tokens: VodTokens;
  /** For what is under way on this node; absolute, on a disk that holds a source and what a chunk makes of it. */
  readonly workFolder: string;
  /** What one person may keep here, bytes. */
  readonly personBytes: number;
  readonly planOptions?: PlanOptions;
}

export type AssetsPart = { readonly assets: Assets } & Required<
  Pick<MadangModule, 'sockets' | 'jobs' | 'schedules' | 'handlers' | 'start'>
>;

/** Finished chunks are kept when a worker dies: this much, at most, is made twice. */
const CHUNK_SECONDS = 120;

/** One pass over a film keeps no more processors busy. */
const MOST_PROCESSORS = 8;

/** What this machine encodes in a second: which rungs it makes first depends on it. */
const pixelsPerSecond = (): number => (PIXELS_PER_SECOND_ON_TWO_CORES / 2) * Math.min(MOST_PROCESSORS, availableParallelism());

/** From a whole upload to a film that plays: the service for other modules, and what carries it out. */
export function createAssets(deps: AssetsDeps): AssetsPart {
  const { blobs, clock, logger, jobs, uploads, tokens } = deps;
  const changes = createAssetChanges(deps);
  const leaveBehind = createLeaveBehind(deps);
  const queue = createTranscodeQueue(jobs);
  const work = createWorkPlace({ blobs, folder: deps.workFolder, logger });
  const failAsset = createFailAsset({ leaveBehind, changes, logger });
  const publish = createPublish({ blobs, clock, changes, leaveBehind });
  const captions = createCaptions({ blobs, clock, publish });
  const posters = createPosters({ blobs, images: deps.images, changes });
  const paths = createAssetPaths({ tokens, now: () => clock.now() });
  const realtime = createMediaNamespace({ uploads });
  const making = { ...deps, changes, leaveBehind, queue, work, failAsset, publish, captions, posters };
  const planOptions: PlanOptions = { chunkSeconds: CHUNK_SECONDS, pixelsPerSecond: pixelsPerSecond(), ...deps.planOptions };

  const getAsset = async (zone: ZoneContext, assetId: string): Promise<AssetRow> =>
    (await zone.db.maybeOne(findAsset(assetId))) ?? fail(assetErrors.asset_not_found);
  const rowsOf = async (zone: ZoneContext, ids: readonly string[]): Promise<AssetRow[]> =>
    ids.length === 0 ? [] : zone.db.many(findAssets([...new Set(ids)]));

  const assets: Assets = {
    ...createAssetLives({ uploads, queue, changes, leaveBehind, clock }),
    registerWatchers: realtime.registerWatchers,
    addCaptions: captions.add,
    removeCaptions: captions.remove,

    async find(zone, assetIds, locale) {
      return new Map((await rowsOf(zone, assetIds)).map((row): [string, Asset] => [row.id, assetOf(row, locale)]));
    },
    async playbacks(zone, assetIds) {
      const rows = await rowsOf(zone, assetIds);
      const texts = rows.length === 0 ? [] : await zone.db.many(findCaptionsOf(rows.map((row) => row.id)));
      return new Map(
        rows.flatMap((row) => {
          const own = texts.filter((text) => text.asset_id === row.id);
          const playback = paths.playback(zone, row, own);
          return playback === undefined ? [] : [[row.id, playback] as const];
        }),
      );
    },
    async posters(zone, assetIds) {
      return new Map(
        (await rowsOf(zone, assetIds)).flatMap((row) => {
          const poster = paths.poster(zone, row);
          return poster === undefined ? [] : [[row.id, poster] as const];
        }),
      );
    },
    async candidates(zone, assetId) {
      const row = await getAsset(zone, assetId);
      const { candidates, poster_candidate: chosen, version } = shown(row);
      const at = paths.folder(zone, row, version);
      const items = candidates.map((atSeconds, index) => ({ index, path: `${at?.path ?? ''}${candidateFile(index)}`, atSeconds }));
      return { items: at === undefined ? [] : items, chosen };
    },
    async choosePoster(zone, assetId, index) {
      const { candidates, version, served } = await getAsset(zone, assetId);
      if (served !== null || candidates[index] === undefined) fail(assetErrors.poster_unknown);
      await work.inFolder(async (folder) => {
        const path = await work.fetch(`${vodPrefix(zone.zone.id, assetId, version)}${candidateFile(index)}`, folder);
        await posters.make(zone, assetId, version, { path, origin: 'chosen', candidate: index }, folder);
      });
    },
    async uploadPoster(zone, assetId, path) {
      const { version } = await getAsset(zone, assetId);
      try {
        await work.inFolder((folder) => posters.make(zone, assetId, version, { path, origin: 'uploaded', candidate: null }, folder));
      } catch (error) {
        if (!(error instanceof ImageRefused)) throw error;
        fail(mediaErrors.picture_refused, { detail: error.reason, cause: error });
      }
    },
    async original(zone, assetId) {
      const row = await zone.db.maybeOne(findAsset(assetId));
      if (row === undefined) return undefined;
      const { source_key: key, source_name: name, source_bytes: bytes } = row.source_bytes > 0 ? row : shown(row);
      return bytes > 0 ? { key, name, bytes } : undefined;
    },
    async storage(zone, ownerId) {
      return { usedBytes: (await findStorage(zone.db, ownerId)).person, limitBytes: deps.personBytes };
    },
  };

  const sweeping = { blobs, jobs, clock, uploads, queue, changes, failAsset, work };
  return {
    assets,
    sockets: [realtime.namespace],
    jobs: [
      job(prepareAsset, async () => (await import('./transcode-prepare.job-handler.ts')).createPrepareHandler({ ...making, planOptions })),
      job(transcodeChunk, async () => (await import('./transcode-chunk.job-handler.ts')).createTranscodeHandler(making)),
      job(transcodeSounds, async () => (await import('./transcode-chunk.job-handler.ts')).createTranscodeHandler(making)),
      job(finishAsset, async () => (await import('./transcode-finish.job-handler.ts')).createFinishHandler(making)),
      job(clearVersionJob, async () => (await import('./asset-clear.job-handler.ts')).createClearHandler(deps)),
      job(sweepAssetsJob, async () => (await import('./asset-sweep.job-handler.ts')).createSweepAssetsHandler(sweeping)),
      job(sweepVodJob, async () => (await import('./asset-sweep.job-handler.ts')).createSweepVodHandler(deps)),
    ],
    schedules: assetSchedules,
    handlers: [
      onEvent({
        event: uploadCompleted,
        delivery: 'once',
        name: 'media.make-what-was-uploaded',
        handle: async ({ zone }, { uploadId, claimedType }) => {
          if (claimedType !== ASSET_CLAIM) return;
          const { db } = await zone();
          await db.transaction(async (tx) => {
            const queued = await tx.maybeOne(queueAsset(uploadId));
            if (queued === undefined) return;
            await queue.prepare(tx, { assetId: queued.id, version: queued.version });
            await changes.announce(tx, queued.id);
          });
        },
      }),
    ],
    async start() {
      await work.sweep();
      const watching = realtime.start();
      return {
        async close() {
          await watching.close();
          await work.close();
        },
      };
    },
  };
}
