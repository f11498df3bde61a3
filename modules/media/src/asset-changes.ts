import { afterCommit, type Broadcaster, DEFAULT_LOCALE, type EventPublisher, isLocale, type Locale, type Queries } from '@madang/kernel';
import { type Asset, type AssetProgress, type AssetStatus, assetChanged } from './asset.ts';
import { MEDIA_NAMESPACE, type MediaProgress } from './asset-contract.ts';
import { failureOf } from './asset-errors.ts';
import { type AssetRow, findAsset, type ServedVersion } from './asset-store.ts';

export const assetRoom = (assetId: string): string => `asset:${assetId}`;
export const uploadRoom = (uploadId: string): string => `upload:${uploadId}`;

/** The version that visitors get: the old one until the new one can be played. */
export const shown = (row: AssetRow): ServedVersion => row.served ?? row;

const shownStatus = (row: AssetRow): AssetStatus => (row.served === null ? row.status : 'ready');

export function progressOf(row: AssetRow): AssetProgress {
  const { state, rungs = [] } = row.progress;
  const making = row.status === 'processing' || row.status === 'playable';
  return {
    percent: row.status === 'ready' ? 100 : (state?.percent ?? 0),
    speed: making ? (state?.speed ?? null) : null,
    etaSeconds: making && state?.etaSeconds !== undefined ? Math.ceil(state.etaSeconds) : null,
    rungs,
  };
}

function failureIn(row: AssetRow, locale: Locale): Asset['failure'] {
  if (row.failure === null) return null;
  const { code, detail } = row.failure;
  return { code, message: failureOf(code).message[locale], detail };
}

const localeOf = (locale: string | undefined): Locale => (isLocale(locale) ? locale : DEFAULT_LOCALE);

export function assetOf(row: AssetRow, locale?: string): Asset {
  const { duration_seconds: durationSeconds, width, height } = shown(row);
  return {
    id: row.id,
    ownerId: row.owner_id,
    uploadId: row.upload_id,
    version: row.version,
    status: shownStatus(row),
    access: row.access,
    durationSeconds,
    width,
    height,
    progress: progressOf(row),
    failure: failureIn(row, localeOf(locale)),
    sourceName: row.source_name,
    bytes: row.source_bytes + row.made_bytes + (row.served === null ? 0 : row.served.source_bytes + row.served.made_bytes),
  };
}

/** For the one who waits for it: of the version being made, whatever visitors see meanwhile. */
export function progressMessage(row: AssetRow, upload?: { received: number; length: number }): MediaProgress {
  const failure = failureIn(row, DEFAULT_LOCALE);
  return {
    uploadId: row.upload_id,
    videoId: row.id,
    status: row.status,
    receivedBytes: upload?.received ?? row.source_bytes,
    totalBytes: upload?.length ?? row.source_bytes,
    progress: progressOf(row),
    failure: failure && { code: failure.code, message: failure.message },
  };
}

export interface AssetChanges {
  /** In the transaction that changed an asset's status, size or pictures. An asset that is gone says nothing. */
  announce(tx: Queries, assetId: string): Promise<void>;
  /** To whoever watches now; nothing is lost with it. */
  tell(row: AssetRow): void;
}

export function createAssetChanges({ events, broadcaster }: { events: EventPublisher; broadcaster: Broadcaster }): AssetChanges {
  function tell(row: AssetRow): void {
    const message = progressMessage(row);
    for (const room of [assetRoom(row.id), uploadRoom(row.upload_id)]) {
      broadcaster.emit({ namespace: MEDIA_NAMESPACE, zoneId: row.zone_id, room }, 'progress', message);
    }
  }
  return {
    tell,
    async announce(tx, assetId) {
      const row = await tx.maybeOne(findAsset(assetId));
      if (row === undefined) return;
      const { duration_seconds: durationSeconds, width, height, poster, blurhash } = shown(row);
      await events.publish(tx, assetChanged, {
        assetId,
        status: shownStatus(row),
        durationSeconds,
        width,
        height,
        poster,
        blurhash,
        failureCode: row.failure?.code ?? null,
      });
      afterCommit(tx, () => tell(row));
    },
  };
}
