import { type JobContext, type Logger, MediaToolFailure, type ZoneContext } from '@madang/kernel';
import type { ProbeRefusal } from '@madang/media-plan';
import type { AssetChanges } from './asset-changes.ts';
import { assetErrors, type FailureName, mayTryAgain } from './asset-errors.ts';
import type { LeaveBehind } from './asset-leftovers.ts';
import { type AssetRow, emptyVersion, lockAsset, setFailed } from './asset-store.ts';
import { returnStorage } from './upload-usage.ts';

/** The asset, or this version of it, is wanted no more: whoever works on it stops, and that is no failure. */
export class AssetGone extends Error {
  override readonly name = 'AssetGone';
}

/** Why a film cannot be made; told to its owner by `name`, with `detail` for who wants to know more. */
export class AssetFailure extends Error {
  override readonly name = 'AssetFailure';
  readonly failure: FailureName;
  readonly detail: string;
  constructor(failure: FailureName, detail: string, cause?: unknown) {
    super(`${failure}: ${detail}`, { cause });
    this.failure = failure;
    this.detail = detail;
  }
}

const REFUSALS: Readonly<Record<ProbeRefusal['code'], FailureName>> = {
  not_media: 'not_media',
  unsupported_container: 'unsupported_container',
  unsupported_codec: 'unsupported_codec',
  no_streams: 'no_streams',
  only_pictures: 'only_pictures',
  size_unknown: 'size_unknown',
  duration_unknown: 'duration_unknown',
  too_large: 'film_too_large',
  too_long: 'film_too_long',
};

export function refusalOf({ code, values }: ProbeRefusal): AssetFailure {
  const detail = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  return new AssetFailure(REFUSALS[code], detail.join(', ') || code);
}

const isDiskFull = (error: unknown): boolean =>
  (error instanceof MediaToolFailure && error.reason === 'disk_full') ||
  /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** What will be the same however often it is tried; undefined for what may heal. */
function hopeless(error: unknown): AssetFailure | undefined {
  if (error instanceof AssetFailure) return error;
  if (!(error instanceof MediaToolFailure)) return undefined;
  switch (error.reason) {
    case 'unreadable':
      return new AssetFailure('film_unreadable', error.detail, error);
    case 'too_large':
      return new AssetFailure('film_too_large', error.detail, error);
    case 'exhausted':
      return new AssetFailure('film_exhausting', error.detail, error);
    case 'unavailable':
      return new AssetFailure('tools_missing', error.detail, error);
    case 'disk_full':
    case 'crashed':
      return undefined;
  }
}

function afterLastTry(error: unknown): AssetFailure {
  if (isDiskFull(error)) return new AssetFailure('no_space', 'no space left', error);
  const detail = error instanceof MediaToolFailure ? error.detail : error instanceof Error ? error.name : 'unknown';
  return new AssetFailure('making_failed', detail, error);
}

const MAX_DETAIL = 500;

export type FailAsset = (zone: ZoneContext, assetId: string, version: string, failure: AssetFailure) => Promise<void>;

/**
 * The asset failed for good, or until somebody tries again. Where the source is to blame nothing is left behind: source,
 * upload and all that was made are taken away; where it is not, all is kept. What was served before goes on being served.
 */
export function createFailAsset({
  leaveBehind,
  changes,
  logger,
}: {
  leaveBehind: LeaveBehind;
  changes: AssetChanges;
  logger: Logger;
}): FailAsset {
  return async (zone, assetId, version, { failure, detail }) => {
    const failed = await zone.db.transaction(async (tx) => {
      const row: AssetRow | undefined = await tx.maybeOne(lockAsset(assetId));
      if (row === undefined || row.version !== version) return false;
      const text = JSON.stringify({ code: assetErrors[failure].code, detail: detail.slice(0, MAX_DETAIL) });
      if ((await tx.run(setFailed(assetId, version, text))) === 0) return false;
      if (!mayTryAgain(failure)) {
        await leaveBehind(tx, assetId, row);
        await tx.run(emptyVersion(assetId, version));
        await returnStorage(tx, row.owner_id, row.source_bytes + row.made_bytes);
      }
      await changes.announce(tx, assetId);
      return true;
    });
    if (failed) logger.info({ asset: assetId, failure, detail }, 'a film could not be made');
  };
}

/**
 * Runs a try of a job that works on a version. What cannot heal fails the asset and ends the job; what may is thrown for
 * the queue to try again, and fails the asset with the last try.
 */
export async function settled(
  { zone, signal, attempt }: Pick<JobContext, 'zone' | 'signal' | 'attempt'>,
  { assetId, version, attempts }: { assetId: string; version: string; attempts: number },
  failAsset: FailAsset,
  work: () => Promise<Readonly<Record<string, unknown>> | void>,
): Promise<Readonly<Record<string, unknown>> | void> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AssetGone) return { gone: true };
    signal.throwIfAborted();
    const failure = hopeless(error);
    if (failure !== undefined) {
      await failAsset(zone, assetId, version, failure);
      return { failed: failure.failure };
    }
    if (attempt >= attempts) await failAsset(zone, assetId, version, afterLastTry(error));
    throw error;
  }
}
