import type { JobContext, JobHandler, MediaTools } from '@madang/kernel';
import { type MediaPlan, type PlanOptions, planMedia, readProbe, type SourceProbe } from '@madang/media-plan';
import { beginPreparing, findAsset, setPlan } from './asset-store.ts';
import { keepStorage } from './asset-usage.ts';
import { deleteSourceCaptions } from './caption-store.ts';
import type { Captions } from './captions.ts';
import type { TranscodeDeps } from './transcode-chunk.job-handler.ts';
import { AssetFailure, AssetGone, refusalOf, settled } from './transcode-failure.ts';
import { prepareAsset, type VersionPayload } from './transcode-jobs.ts';
import { madeSoFar } from './transcode-progress.ts';
import type { Uploads } from './upload.ts';

export interface PrepareDeps extends TranscodeDeps {
  readonly uploads: Uploads;
  readonly captions: Captions;
  readonly planOptions: PlanOptions;
}

/** A whole upload becomes a source with a plan, its chunks and their jobs. */
export function createPrepareHandler(deps: PrepareDeps): JobHandler<VersionPayload> {
  return (context, { assetId, version }) =>
    settled(context, { assetId, version, attempts: prepareAsset.attempts }, deps.failAsset, async () => {
      const { zone } = context;
      const begun = await zone.db.maybeOne(beginPreparing(assetId, version));
      if (begun === undefined) return { unwanted: true };
      await zone.db.transaction((tx) => deps.changes.announce(tx, assetId));
      if (!begun.planned) await prepare(deps, context, assetId, version);
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
  if (asset.served !== null && asset.poster === 0 && plan.kind === 'video')
    await deps.posters.carryOver(zone, assetId, version, asset.served);
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
