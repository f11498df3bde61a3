import { type BlobStore, type Clock, type JobHandler, type JobQueue, type Queries, sql, type ZoneContext } from '@madang/kernel';
import type { AssetChanges } from './asset-changes.ts';
import { deleteBelow } from './asset-clear.job-handler.ts';
import { clearVersionJob, findOldLeftovers } from './asset-leftovers.ts';
import { type AssetRow, findChunks, findPlan, findUnsettled, findVersions, lockAsset, queueAsset, reviveAsset } from './asset-store.ts';
import { AssetFailure, type FailAsset } from './transcode-failure.ts';
import type { TranscodeQueue } from './transcode-jobs.ts';
import { playlistsOf } from './transcode-playlists.ts';
import type { WorkPlace } from './transcode-work.ts';
import type { Uploads } from './upload.ts';

export interface SweepAssetsDeps {
  readonly blobs: BlobStore;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly uploads: Uploads;
  readonly queue: TranscodeQueue;
  readonly changes: AssetChanges;
  readonly failAsset: FailAsset;
  readonly work: WorkPlace;
}

const MINUTE_MS = 60_000;
/** Younger ones are on their way. */
const SETTLING_MS = 5 * MINUTE_MS;
/** Longer than who watches a replaced version is given. */
const LEFT_MS = 90 * MINUTE_MS;
const BATCH = 200;
/** How often work may be found without a job before the film is to blame. */
const MOST_REVIVALS = 3;
/** A put that is under way belongs to a version that is known; this is for clocks that differ. */
const DAY_MS = 24 * 60 * MINUTE_MS;

export function createSweepAssetsHandler(deps: SweepAssetsDeps): JobHandler<object> {
  const { clock, jobs, work } = deps;
  return async ({ zone, signal }) => {
    const now = clock.now().getTime();
    const folders = await work.sweep();
    const old = await zone.db.many(findOldLeftovers(new Date(now - LEFT_MS), BATCH));
    for (const { asset_id: assetId, version } of old) {
      await zone.db.transaction((tx) => jobs.enqueue(tx, clearVersionJob, { assetId, version }, { key: `${assetId}/${version}` }));
    }
    let revived = 0;
    let after = '';
    for (let more = true; more; ) {
      signal.throwIfAborted();
      const found = await zone.db.many(findUnsettled(new Date(now - SETTLING_MS), after, BATCH));
      for (const asset of found) if (await settle(deps, zone, asset)) revived++;
      after = found.at(-1)?.id ?? after;
      more = found.length === BATCH;
    }
    return { folders, leftovers: old.length, revived };
  };
}

/** True when its work had lost its job, or its upload. */
async function settle(
  deps: SweepAssetsDeps,
  zone: ZoneContext,
  { id: assetId, version, upload_id: uploadId, status }: AssetRow,
): Promise<boolean> {
  const { uploads, queue, changes, failAsset } = deps;
  if (status === 'uploading') {
    const upload = await uploads.find(zone, uploadId);
    if (upload?.state === 'open') return false;
    if (upload?.state !== 'complete') {
      await failAsset(zone, assetId, version, new AssetFailure('upload_lost', uploadId));
      return true;
    }
    return zone.db.transaction(async (tx) => {
      if ((await tx.maybeOne(queueAsset(uploadId))) === undefined) return false;
      await queue.prepare(tx, { assetId, version });
      await changes.announce(tx, assetId);
      return true;
    });
  }
  const revivals = await zone.db.transaction(async (tx) => {
    const row = await tx.maybeOne(lockAsset(assetId));
    if (row?.version !== version || row.status !== status) return 0;
    const ids = await enqueueLeft(deps, tx, row);
    if (!(await anyFresh(tx, deps.jobs, zone, ids))) return 0;
    return (await tx.one(reviveAsset(assetId))).revivals;
  });
  if (revivals > MOST_REVIVALS)
    await failAsset(zone, assetId, version, new AssetFailure('making_failed', 'its worker died again and again'));
  return revivals > 0;
}

/** Whatever is left to do has a job afterwards; who has one already keeps it. */
async function enqueueLeft({ queue }: SweepAssetsDeps, tx: Queries, row: AssetRow): Promise<string[]> {
  const asset = { assetId: row.id, version: row.version };
  const plan = (await tx.maybeOne(findPlan(row.id, row.version)))?.plan ?? null;
  if (plan === null) return [await queue.prepare(tx, asset)];
  const chunks = await tx.many(findChunks(row.id, row.version));
  if (playlistsOf(plan, chunks, []).whole) return [await queue.finish(tx, asset)];
  const left = chunks.filter(({ state }) => state !== 'done');
  return queue.make(tx, { ...asset, ownerId: row.owner_id }, plan, left);
}

/** A job made by this transaction has its time. */
async function anyFresh(tx: Queries, jobs: JobQueue, zone: ZoneContext, ids: readonly string[]): Promise<boolean> {
  const { now } = await tx.one<{ now: Date }>(sql('select now()'));
  for (const id of ids) {
    // Not found outside the transaction: not committed, so made here.
    const job = await jobs.find(zone, id);
    if (job === undefined || job.createdAt.getTime() >= now.getTime()) return true;
  }
  return false;
}

/** `zones/{zone}/vod/{asset}/{version}/…` and `zones/{zone}/users/{user}/sources/{asset}/{version}`. */
const VERSION_OF_KEY = /^zones\/[^/]+\/(?:vod|users\/[^/]+\/sources)\/([^/]+)\/(v\d+)(\/|$)/;

export function createSweepVodHandler({ blobs, clock }: Pick<SweepAssetsDeps, 'blobs' | 'clock'>): JobHandler<object> {
  return async ({ zone, signal }) => {
    const before = clock.now().getTime() - DAY_MS;
    const known = async (assetId: string, version: string): Promise<boolean> =>
      (await zone.db.many(findVersions([assetId]))).some((row) => row.version === version || row.served === version);
    let orphans = 0;
    for (const root of [`zones/${zone.zone.id}/vod/`, `zones/${zone.zone.id}/users/`]) {
      let after: string | undefined;
      for (;;) {
        signal.throwIfAborted();
        const page = await blobs.list(root, after === undefined ? {} : { after });
        if (page.length === 0) break;
        after = page.at(-1)?.key;
        for (const blob of page) {
          const [, assetId, version, below] = VERSION_OF_KEY.exec(blob.key) ?? [];
          if (assetId === undefined || version === undefined || blob.lastModified.getTime() > before) continue;
          const isVersionFolder = below === '/';
          if (!(await known(assetId, version))) {
            await blobs.delete(blob.key);
            orphans++;
            if (isVersionFolder) orphans += await deleteBelow(blobs, `${root}${assetId}/${version}/`, signal);
          }
          if (!isVersionFolder) continue;
          // The rest of a version is as its first blob: on to the next.
          after = `${root}${assetId}/${version}/\u{10FFFF}`;
          break;
        }
      }
    }
    return { orphans };
  };
}
