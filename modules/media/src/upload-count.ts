import {
  type BlobStore,
  type Clock,
  type EventPublisher,
  fail,
  type Logger,
  MadangError,
  requestErrors,
  type ZoneContext,
} from '@madang/kernel';
import type { UploadChecksum } from './tus-headers.ts';
import { type Upload, uploadCompleted } from './upload.ts';
import type { UploadBody } from './upload-body.ts';
import { uploadErrors } from './upload-errors.ts';
import type { UploadRules } from './upload-limits.ts';
import { countBytes, findUpload, renewLease, type UploadTail } from './upload-store.ts';

export interface ReceiveDeps {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly events: EventPublisher;
  readonly logger: Logger;
  readonly rules: UploadRules;
}

/** A request that holds the lease of an upload, and the bytes it brings. */
export interface Writing {
  readonly zone: ZoneContext;
  readonly upload: Upload;
  /** Number of the lease. */
  readonly writer: number;
  /** What nobody else can be writing, and may be written on. */
  readonly tail: UploadTail | undefined;
  readonly body: UploadBody;
  readonly checksum: UploadChecksum | undefined;
}

/** Where the upload stands when a body has ended, and whether the lease ended with its last bytes. */
export interface Received {
  readonly offset: number;
  readonly ended: boolean;
}

/** Everything of one upload lies below this, and nothing else. */
export const partsPrefix = (zoneId: string, uploadId: string): string => `zones/${zoneId}/uploads/${uploadId}/`;

/** A key is used once: a writer that lost its lease can never put over what another one counted. */
export const partKey = ({ zone, upload, writer }: Writing, start: number): string =>
  `${partsPrefix(zone.zone.id, upload.id)}${String(start).padStart(15, '0')}-${writer}`;

/** Bytes of a part that are stored, `from` inclusive and `to` exclusive, as offsets in the upload like the part's `start`. */
export interface StoredBytes {
  readonly key: string;
  readonly start: number;
  readonly from: number;
  readonly to: number;
  /** The last of this request: its lease ends with them. */
  readonly last: boolean;
}

/** Counts what is stored; false for a writer that lost its lease. The last byte makes the upload complete, and says so. */
export async function count(
  { clock, events, rules }: ReceiveDeps,
  { zone, upload, writer }: Writing,
  stored: StoredBytes,
): Promise<boolean> {
  const counting = countBytes(upload.id, writer, stored, rules, clock.now());
  if (stored.to < upload.length) return (await zone.db.maybeOne(counting)) !== undefined;
  return zone.db.transaction(async (tx) => {
    const whole = await tx.maybeOne(counting);
    if (whole === undefined) return false;
    const { claimed_type: claimedType, claimed_id: claimedId } = whole;
    await events.publish(tx, uploadCompleted, { uploadId: upload.id, claimedType, claimedId });
    return true;
  });
}

/** For a writer whose bytes were not counted. */
export async function failUncounted({ zone, upload }: Writing): Promise<never> {
  if ((await findUpload(zone.db, upload.id)) === undefined) fail(uploadErrors.upload_not_found, { detail: 'given up meanwhile' });
  fail(uploadErrors.upload_locked, { detail: 'another request went on with this upload' });
}

/** For what arrives: says now and then that the writer lives, and stops a body whose lease another took. */
export function leaseKeeper({ clock, rules, logger }: ReceiveDeps, { zone, upload, writer, body }: Writing): () => void {
  let renewedAt = clock.now().getTime();
  return () => {
    const now = clock.now().getTime();
    if (now - renewedAt < (rules.leaseSeconds * 1000) / 3) return;
    renewedAt = now;
    zone.db.run(renewLease(upload.id, writer, rules.leaseSeconds)).then(
      (renewed) => renewed === 0 && body.stop(),
      (error: unknown) => logger.warn({ err: error, uploadId: upload.id }, 'the lease of an upload was not renewed'),
    );
  };
}

/** A full disk is ours to mend, and the upload goes on once it is. */
export function refusalOf(logger: Logger, error: unknown): unknown {
  if (!/^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException | undefined)?.code ?? '')) return error;
  logger.error({ err: error }, 'an upload was refused: no space is left where files are stored');
  return new MadangError(requestErrors.unavailable, { detail: 'no space is left for files', retryAfterSeconds: 60, cause: error });
}
