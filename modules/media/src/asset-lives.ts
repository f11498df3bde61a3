import { type Clock, fail, type Queries } from '@madang/kernel';
import type { Assets } from './asset.ts';
import type { AssetChanges } from './asset-changes.ts';
import { assetErrors, codeMayTryAgain } from './asset-errors.ts';
import { nextVersion } from './asset-keys.ts';
import { findLeftoversOf, type LeaveBehind } from './asset-leftovers.ts';
import {
  type AssetRow,
  deleteAsset,
  findChunks,
  findPlan,
  insertAsset,
  lockAsset,
  lockPublishing,
  replaceVersion,
  resumeAsset,
  type ServedVersion,
  setAccessOf,
} from './asset-store.ts';
import type { TranscodeQueue } from './transcode-jobs.ts';
import { playlistsOf } from './transcode-playlists.ts';
import type { Uploads } from './upload.ts';
import { returnStorage } from './upload-usage.ts';

export interface AssetLivesDeps {
  readonly uploads: Uploads;
  readonly queue: TranscodeQueue;
  readonly changes: AssetChanges;
  readonly leaveBehind: LeaveBehind;
  readonly clock: Clock;
}

/** The type under which assets claim uploads. */
export const ASSET_CLAIM = 'asset';

function servedOf(row: AssetRow): ServedVersion {
  return {
    version: row.version,
    upload_id: row.upload_id,
    source_key: row.source_key,
    source_name: row.source_name,
    source_bytes: row.source_bytes,
    made_bytes: row.made_bytes,
    duration_seconds: row.duration_seconds,
    width: row.width,
    height: row.height,
    poster: row.poster,
    poster_width: row.poster_width,
    poster_height: row.poster_height,
    poster_origin: row.poster_origin,
    poster_candidate: row.poster_candidate,
    blurhash: row.blurhash,
    candidates: row.candidates,
    storyboard: row.storyboard,
    waveform: row.waveform,
  };
}

/** How assets come, change and go. Each joins its caller's transaction. */
export function createAssetLives(deps: AssetLivesDeps): Pick<Assets, 'create' | 'replace' | 'setAccess' | 'remove' | 'retry'> {
  const { uploads, queue, changes, leaveBehind, clock } = deps;

  async function locked(tx: Queries, assetId: string): Promise<AssetRow> {
    return (await tx.maybeOne(lockAsset(assetId))) ?? fail(assetErrors.asset_not_found);
  }

  return {
    async create(tx, { id, uploadId, ownerId, access }) {
      const upload = await uploads.claim(tx, { uploadId, ownerId, type: ASSET_CLAIM, id });
      const status = upload.state === 'complete' ? 'queued' : 'uploading';
      await tx.run(insertAsset(id, ownerId, uploadId, status, access, upload.name, clock.now()));
      if (status === 'queued') await queue.prepare(tx, { assetId: id, version: 'v1' });
      await changes.announce(tx, id);
    },

    async replace(tx, assetId, { uploadId, ownerId }) {
      await lockPublishing(tx, assetId);
      const row = await locked(tx, assetId);
      if (row.upload_id === uploadId) return;
      const upload = await uploads.claim(tx, { uploadId, ownerId, type: ASSET_CLAIM, id: assetId });
      // Also what is half made goes on being served, as far as it came.
      const isServed = row.status === 'playable' || row.status === 'ready';
      if (!isServed) {
        await leaveBehind(tx, assetId, row);
        await returnStorage(tx, row.owner_id, row.source_bytes + row.made_bytes);
      }
      const served = isServed ? servedOf(row) : row.served;
      const version = nextVersion(row.version);
      const status = upload.state === 'complete' ? 'queued' : 'uploading';
      await tx.run(replaceVersion(assetId, version, uploadId, upload.name, status, served && JSON.stringify(served)));
      if (status === 'queued') await queue.prepare(tx, { assetId, version });
      await changes.announce(tx, assetId);
    },

    async setAccess(tx, assetId, access) {
      if ((await tx.run(setAccessOf(assetId, access))) > 0) await changes.announce(tx, assetId);
    },

    async remove(tx, assetId) {
      const row = await tx.maybeOne(lockAsset(assetId));
      if (row === undefined) return;
      await leaveBehind(tx, assetId, row);
      if (row.served !== null) await leaveBehind(tx, assetId, row.served);
      for (const { version } of await tx.many(findLeftoversOf(assetId))) await leaveBehind(tx, assetId, { ...row, version, job_id: null });
      const served = row.served === null ? 0 : row.served.source_bytes + row.served.made_bytes;
      await returnStorage(tx, row.owner_id, row.source_bytes + row.made_bytes + served);
      await tx.run(deleteAsset(assetId));
    },

    async retry(tx, assetId) {
      const row = await tx.maybeOne(lockAsset(assetId));
      if (row?.status !== 'failed' || row.failure === null || !codeMayTryAgain(row.failure.code)) return false;
      const { version, owner_id: ownerId } = row;
      const plan = (await tx.maybeOne(findPlan(assetId, version)))?.plan ?? null;
      if (plan === null) {
        await tx.run(resumeAsset(assetId, 'queued'));
        await queue.prepare(tx, { assetId, version });
      } else {
        const chunks = await tx.many(findChunks(assetId, version));
        const { playable, whole } = playlistsOf(plan, chunks, []);
        await tx.run(resumeAsset(assetId, playable && row.served === null ? 'playable' : 'processing'));
        const left = chunks.filter(({ state }) => state !== 'done');
        if (whole) await queue.finish(tx, { assetId, version });
        else await queue.make(tx, { assetId, version, ownerId }, plan, left);
      }
      await changes.announce(tx, assetId);
      return true;
    },
  };
}
