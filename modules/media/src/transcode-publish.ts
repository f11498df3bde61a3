import type { BlobStore, Clock, ZoneContext, ZoneTransaction } from '@madang/kernel';
import type { MediaPlan } from '@madang/media-plan';
import type { AssetChanges } from './asset-changes.ts';
import { CONTENT_TYPES, MASTER, vodPrefix } from './asset-keys.ts';
import type { LeaveBehind } from './asset-leftovers.ts';
import { type AssetRow, findChunks, lockAsset, lockPublishing, setGrowing, setPlayable } from './asset-store.ts';
import { findCaptions } from './caption-store.ts';
import { AssetGone } from './transcode-failure.ts';
import { type Playlists, playlistsOf } from './transcode-playlists.ts';
import { returnStorage } from './upload-usage.ts';

export interface PublishDeps {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly changes: AssetChanges;
  readonly leaveBehind: LeaveBehind;
}

/**
 * Puts the playlists of what is kept in the chunks' rows, one transaction at a time for an asset, so that they only ever
 * grow; the master after all it names. Throws `AssetGone`.
 */
export type Publish = (
  version: {
    readonly zone: ZoneContext;
    readonly assetId: string;
    readonly version: string;
    readonly plan: MediaPlan;
    /** What this worker put before, so that it is not put again. */
    readonly put: Map<string, string>;
  },
  /** In the same transaction, before the chunks are read and after all is put. */
  also?: {
    readonly before?: (tx: ZoneTransaction) => Promise<void>;
    readonly after?: (tx: ZoneTransaction, playlists: Playlists, row: AssetRow) => Promise<void>;
  },
) => Promise<Playlists>;

export function createPublish({ blobs, clock, changes, leaveBehind }: PublishDeps): Publish {
  /** Playable for the first time: the version before it is served no more. */
  async function becomePlayable(tx: ZoneTransaction, row: AssetRow, growing: boolean): Promise<void> {
    if ((await tx.run(setPlayable(row.id, row.version, growing, clock.now()))) === 0) return;
    if (row.served !== null) {
      await leaveBehind(tx, row.id, row.served, { stillWatched: true });
      await returnStorage(tx, row.owner_id, row.served.source_bytes + row.served.made_bytes);
    }
    await changes.announce(tx, row.id);
  }

  return ({ zone, assetId, version, plan, put }, { before, after } = {}) =>
    zone.db.transaction(async (tx) => {
      await lockPublishing(tx, assetId);
      await before?.(tx);
      const captions = await tx.many(findCaptions(assetId));
      const playlists = playlistsOf(plan, await tx.many(findChunks(assetId, version)), captions);
      const prefix = vodPrefix(zone.zone.id, assetId, version);
      const putChanged = async ([file, text]: readonly [string, string]): Promise<void> => {
        if (put.get(file) === text) return;
        await blobs.put(`${prefix}${file}`, Buffer.from(text), { contentType: CONTENT_TYPES.playlist });
        put.set(file, text);
      };
      await Promise.all([...playlists.files].filter(([file]) => file !== MASTER).map(putChanged));
      const master = playlists.files.get(MASTER);
      if (master !== undefined) await putChanged([MASTER, master]);
      if (!playlists.playable && after === undefined) return playlists;
      // The row only now: whoever sets the access of a film does not wait for a blob store.
      const row = await tx.maybeOne(lockAsset(assetId));
      if (row === undefined || row.version !== version) throw new AssetGone();
      if (playlists.playable && row.status === 'processing') await becomePlayable(tx, row, playlists.growing);
      else if (row.growing !== playlists.growing && row.status === 'playable') {
        await tx.run(setGrowing(assetId, version, playlists.growing));
        await changes.announce(tx, assetId);
      }
      await after?.(tx, playlists, row);
      return playlists;
    });
}
