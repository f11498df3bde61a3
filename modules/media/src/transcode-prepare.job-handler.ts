import type { JobContext, JobHandler, MediaTools } from '@madang/kernel';
import { type MediaPlan, type PlanOptions, planMedia, readProbe, type SourceProbe } from '@madang/media-plan';
import { beginPreparing, findAsset, findPlan, setPlan } from './asset-store.ts';
import { keepStorage } from './asset-usage.ts';
import { deleteSourceCaptions } from './caption-store.ts';
import type { Captions } from './captions.ts';
import type { Posters } from './poster.ts';
import type { TranscodeDeps } from './transcode-chunk.job-handler.ts';
import { AssetFailure, AssetGone, refusalOf, settled } from './transcode-failure.ts';
import { prepareAsset, type VersionPayload } from './transcode-jobs.ts';
import { madeSoFar } from './transcode-progress.ts';
import type { Uploads } from './upload.ts';

export interface PrepareDeps extends TranscodeDeps {
  readonly uploads: Uploads;
  readonly posters: Posters;
  readonly captions: Captions;
  readonly planOptions: PlanOptions;
}

/** Where an early picture is taken: a little into the film, for many begin in black. */
const EARLY_SHARE = 0.1;
const EARLY_AT_MOST_SECONDS = 5;

/** A whole upload becomes a source with a plan, its chunks and their jobs; then a first picture is taken. */
export function createPrepareHandler(deps: PrepareDeps): JobHandler<VersionPayload> {
  return (context, { assetId, version }) =>
    settled(context, { assetId, version, attempts: prepareAsset.attempts }, deps.failAsset, async () => {
      const { zone } = context;
      const begun = await zone.db.maybeOne(beginPreparing(assetId, version));
      if (begun === undefined) return { unwanted: true };
      await zone.db.transaction((tx) => deps.changes.announce(tx, assetId));
      if (!begun.planned) await prepare(deps, context, assetId, version);
      await takeEarlyPicture(deps, context, assetId, version);
      return { prepared: true };
    });
}

async function prepare(deps: PrepareDeps, { zone, signal }: JobContext, assetId: string, version: string): Promise<void> {
  const { tools, uploads, work, changes, queue } = deps;
  const missing = await tools.missing();
  if (missing !== undefined) throw new AssetFailure('tools_missing', `${missing.what}: ${missing.command}`);
  const asset = await zone.db.maybeOne(findAsset(assetId));
  if (asset === undefined || asset.version !== version) throw new AssetGone();

  const { bytes } = await uploads.assemble(zone, asset.upload_id, asset.source_key, signal);
  const source = await work.openSource(asset.source_key, signal);
  let plan: MediaPlan;
  try {
    plan = planMedia(await readSource(tools, source.path, signal), deps.planOptions);
  } finally {
    source.release();
  }
  // What a person added to the version before is in this one before it can be played.
  const { durationSeconds } = plan;
  if (asset.served !== null) await deps.captions.carryOver(zone, { ...asset, duration_seconds: durationSeconds }, asset.served.version);
  const best = plan.kind === 'video' ? plan.rungs.at(-1) : undefined;
  await zone.db.transaction(async (tx) => {
    const progress = JSON.stringify({ rungs: madeSoFar(plan, []).rungs });
    const size = [best?.width ?? null, best?.height ?? null] as const;
    const set = setPlan(assetId, version, JSON.stringify(plan), bytes, durationSeconds, ...size, progress);
    if ((await tx.run(set)) === 0) throw new AssetGone();
    // The upload gives its bytes back, the source takes them.
    await uploads.discard(tx, asset.upload_id);
    await keepStorage(tx, asset.owner_id, bytes);
    await tx.run(deleteSourceCaptions(assetId));
    await queue.make(tx, { assetId, version, ownerId: asset.owner_id }, plan);
    await changes.announce(tx, assetId);
  });
}

async function readSource(tools: MediaTools, path: string, signal: AbortSignal): Promise<SourceProbe> {
  const answer = await tools.probe(path, signal);
  let probe = readProbe(answer);
  if ('refused' in probe && probe.refused.code === 'duration_unknown') {
    probe = readProbe(answer, { measuredSeconds: await tools.measureSeconds(path, signal) });
  }
  if ('refused' in probe) throw refusalOf(probe.refused);
  return probe;
}

/** So that lists show something at once. It costs the film nothing when it does not succeed: a better one comes at the end. */
async function takeEarlyPicture(deps: PrepareDeps, { zone, signal, log }: JobContext, assetId: string, version: string): Promise<void> {
  const asset = await zone.db.maybeOne(findAsset(assetId));
  const plan = (await zone.db.maybeOne(findPlan(assetId, version)))?.plan;
  if (asset === undefined || asset.poster !== 0 || plan?.kind !== 'video') return;
  const { sourceIndex, toneMap } = plan.picture;
  try {
    if (asset.served?.poster_origin === 'uploaded') return await deps.posters.carryOver(zone, assetId, version, asset.served);
    const source = await deps.work.openSource(asset.source_key, signal);
    try {
      await deps.work.inFolder(async (folder) => {
        const atSeconds = [Math.min(plan.durationSeconds * EARLY_SHARE, EARLY_AT_MOST_SECONDS)];
        const [frame] = await deps.tools.frames(source.path, { sourceIndex, atSeconds, longSide: 1280, toneMap, folder, signal });
        if (frame !== undefined)
          await deps.posters.make(zone, assetId, version, { path: frame.path, origin: 'made', candidate: null }, folder);
      });
    } finally {
      source.release();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AssetGone) return;
    log.warn({ err: error, asset: assetId }, 'no early picture of a film');
  }
}
