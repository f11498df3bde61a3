import { type BlobStore, type Clock, fail, newId, type ZoneContext } from '@madang/kernel';
import { assetErrors } from './asset-errors.ts';
import { CONTENT_TYPES, captionsFile, vodPrefix } from './asset-keys.ts';
import { type AssetRow, findAsset, findPlan, lockAsset } from './asset-store.ts';
import { deleteCaptions, deleteCaptionsOfLanguage, findCaptions, insertCaptions } from './caption-store.ts';
import { type Cue, captionsPlaylist, captionsText, parseCaptions } from './caption-text.ts';
import type { Publish } from './transcode-publish.ts';

const LANGUAGE = /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/;
const MAX_NAME = 80;

export interface Captions {
  add(zone: ZoneContext, assetId: string, captions: { language: string; name: string; vtt: string }): Promise<{ id: string }>;
  remove(zone: ZoneContext, assetId: string, captionsId: string): Promise<void>;
  /** A text track of the source. One that cannot be read is left out: false. */
  keepTrack(zone: ZoneContext, asset: AssetRow, track: { id: string; language: string; name: string; vtt: string }): Promise<boolean>;
  /** Those a person added, for a new version of the film. */
  carryOver(zone: ZoneContext, asset: AssetRow, from: string): Promise<void>;
}

export function createCaptions({ blobs, clock, publish }: { blobs: BlobStore; clock: Clock; publish: Publish }): Captions {
  /** In every version that is or will be served. */
  const versionsOf = (asset: AssetRow): string[] => [asset.version, ...(asset.served === null ? [] : [asset.served.version])];

  async function put(
    zone: ZoneContext,
    assetId: string,
    version: string,
    id: string,
    cues: readonly Cue[],
    seconds: number,
  ): Promise<void> {
    const prefix = vodPrefix(zone.zone.id, assetId, version);
    await blobs.put(`${prefix}${captionsFile(id, 'text.vtt')}`, Buffer.from(captionsText(cues)), { contentType: CONTENT_TYPES.vtt });
    const playlist = Buffer.from(captionsPlaylist(seconds));
    await blobs.put(`${prefix}${captionsFile(id, 'index.m3u8')}`, playlist, { contentType: CONTENT_TYPES.playlist });
  }

  async function take(zone: ZoneContext, asset: AssetRow, ids: readonly string[]): Promise<void> {
    for (const version of versionsOf(asset)) {
      const prefix = vodPrefix(zone.zone.id, asset.id, version);
      for (const id of ids) {
        await blobs.delete(`${prefix}${captionsFile(id, 'index.m3u8')}`);
        await blobs.delete(`${prefix}${captionsFile(id, 'text.vtt')}`);
      }
    }
  }

  /** The master names the captions, so it is put again where there is one. */
  async function republish(zone: ZoneContext, { id: assetId, version, status }: AssetRow): Promise<void> {
    if (status !== 'playable' && status !== 'ready') return;
    const plan = (await zone.db.maybeOne(findPlan(assetId, version)))?.plan;
    if (plan != null) await publish({ zone, assetId, version, plan, put: new Map() });
  }

  const found = async (zone: ZoneContext, assetId: string): Promise<AssetRow> =>
    (await zone.db.maybeOne(findAsset(assetId))) ?? fail(assetErrors.asset_not_found);

  return {
    async add(zone, assetId, { language, name, vtt }) {
      const cues = parseCaptions(vtt);
      if (cues === undefined || !LANGUAGE.test(language)) fail(assetErrors.captions_malformed);
      const asset = await found(zone, assetId);
      const id = newId('captions', clock.now().getTime());
      const seconds = asset.duration_seconds ?? cues.at(-1)?.end ?? 1;
      for (const version of versionsOf(asset)) await put(zone, assetId, version, id, cues, seconds);
      const replaced = await zone.db.transaction(async (tx) => {
        if ((await tx.maybeOne(lockAsset(assetId))) === undefined) return undefined;
        await tx.run(insertCaptions(id, assetId, language, name.trim().slice(0, MAX_NAME) || language, 'uploaded', clock.now()));
        return await tx.many(deleteCaptionsOfLanguage(assetId, language, id));
      });
      if (replaced === undefined) {
        await take(zone, asset, [id]);
        fail(assetErrors.asset_not_found);
      }
      await republish(zone, asset);
      await take(
        zone,
        asset,
        replaced.map((row) => row.id),
      );
      return { id };
    },

    async remove(zone, assetId, captionsId) {
      const asset = await found(zone, assetId);
      if ((await zone.db.run(deleteCaptions(assetId, captionsId))) === 0) fail(assetErrors.captions_not_found);
      await republish(zone, asset);
      await take(zone, asset, [captionsId]);
    },

    async keepTrack(zone, asset, { id, language, name, vtt }) {
      const cues = parseCaptions(vtt);
      if (cues === undefined) return false;
      await put(zone, asset.id, asset.version, id, cues, asset.duration_seconds ?? 1);
      await zone.db.run(insertCaptions(id, asset.id, language, name, 'source', clock.now()));
      return true;
    },

    async carryOver(zone, asset, from) {
      const uploaded = (await zone.db.many(findCaptions(asset.id))).filter(({ origin }) => origin === 'uploaded');
      const [old, next] = [vodPrefix(zone.zone.id, asset.id, from), vodPrefix(zone.zone.id, asset.id, asset.version)];
      for (const { id } of uploaded) {
        const text = captionsFile(id, 'text.vtt');
        if ((await blobs.find(`${old}${text}`)) === undefined) continue;
        await blobs.copy(`${old}${text}`, `${next}${text}`);
        const playlist = Buffer.from(captionsPlaylist(asset.duration_seconds ?? 1));
        await blobs.put(`${next}${captionsFile(id, 'index.m3u8')}`, playlist, { contentType: CONTENT_TYPES.playlist });
      }
    },
  };
}
