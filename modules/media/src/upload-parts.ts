import { Readable } from 'node:stream';
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
import { tidyAfter } from './upload-memory.ts';
import { countPart, findUpload, renewLease } from './upload-store.ts';

export interface ReceivePartsDeps {
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
  readonly body: UploadBody;
  readonly checksum: UploadChecksum | undefined;
}

/** Everything of one upload lies below this, and nothing else. */
export const partsPrefix = (zoneId: string, uploadId: string): string => `zones/${zoneId}/uploads/${uploadId}/`;

/** A key is used once: a writer that lost its lease can never put over what another one counted. */
const partKey = ({ zone, upload, writer }: Writing, start: number): string =>
  `${partsPrefix(zone.zone.id, upload.id)}${String(start).padStart(15, '0')}-${writer}`;

/**
 * Stores a body as parts of its upload, from where that stands, and gives back where it stands then. A part is put while it
 * arrives and counted once it is whole; the next one fills meanwhile. Whatever ends the body, what came before is kept,
 * unless it has a checksum: then it is one part, or nothing. Throws `media.upload_cut_off` for a body without its end.
 */
export async function receiveParts(deps: ReceivePartsDeps, writing: Writing): Promise<number> {
  const { upload, body } = writing;
  body.onArrival = leaseKeeper(deps, writing);
  let start = upload.received;
  let last: Promise<void> = Promise.resolve();
  const finishing: Promise<void>[] = [];
  try {
    while (start < upload.length && (await body.hasMore())) {
      const part = storePart(deps, writing, start);
      const bytes = await part.filled.catch(() => 0); // `finish` says why
      last = finish(deps, writing, { ...part, start, bytes, earlier: last });
      last.catch(() => body.stop());
      if (bytes === 0) break;
      start += bytes;
      finishing.push(last);
      if (finishing.length === deps.rules.partsAtOnce) await finishing.shift();
    }
    await last;
  } catch (error) {
    await last.catch(() => {}); // nothing is under way any more when this is answered
    throw refusalOf(deps.logger, error);
  }
  if (start < upload.length && body.end !== 'whole') fail(uploadErrors.upload_cut_off, { detail: `received up to ${start}` });
  return start;
}

interface StoringPart {
  readonly key: string;
  /** Its bytes, once the body has given all of them; rejects when they could not be stored. */
  readonly filled: Promise<number>;
  readonly stored: Promise<unknown>;
}

/** Begins to store what comes next; the body has at least one byte. */
function storePart(deps: ReceivePartsDeps, writing: Writing, start: number): StoringPart {
  const { upload, body, checksum } = writing;
  const room = upload.length - start;
  const most = Math.min(room, checksum === undefined ? deps.rules.partBytes : deps.rules.checkedBytes);
  const hash = checksum?.hash();
  const filled = Promise.withResolvers<number>();
  let refusal: unknown;
  /** What is thrown then comes from the store, which has said why itself. */
  let handingOn = false;

  async function* fill(): AsyncGenerator<Buffer> {
    let bytes = 0;
    try {
      for (let chunk = await body.next(most); chunk !== undefined; chunk = bytes < most ? await body.next(most - bytes) : undefined) {
        bytes += chunk.length;
        hash?.update(chunk);
        handingOn = true;
        yield chunk;
        tidyAfter(chunk.length);
        handingOn = false;
      }
      if ((bytes === room || checksum !== undefined) && (await body.hasMore())) {
        if (bytes === room) fail(uploadErrors.upload_overrun, { extra: { length: upload.length } });
        fail(uploadErrors.upload_checksum_bytes, { extra: { maxBytes: deps.rules.checkedBytes } });
      }
      if (checksum !== undefined && hash !== undefined) {
        if (body.end !== 'whole') fail(uploadErrors.upload_cut_off, { detail: 'not kept: its checksum could not be told' });
        checksum.verify(hash);
      }
      filled.resolve(bytes);
    } catch (error) {
      if (!handingOn) refusal = error;
      throw error;
    }
  }

  const key = partKey(writing, start);
  // A part that is the whole becomes the source as it is, and needs its checksum.
  const hashed = start === 0 && most === upload.length;
  const options = { contentType: 'application/octet-stream', maxBytes: most, hash: hashed };
  const stored = deps.blobs.put(key, Readable.from(fill(), { objectMode: false }), options).catch((error: unknown) => {
    throw refusal ?? error;
  });
  stored.catch(filled.reject);
  return { key, filled: filled.promise, stored };
}

/** Counts a part once it and those before it are stored. One that does not count is taken away; one of which nobody knows is left to the sweeper. */
async function finish(
  deps: ReceivePartsDeps,
  { zone, upload, writer }: Writing,
  { key, stored, start, bytes, earlier }: { key: string; stored: Promise<unknown>; start: number; bytes: number; earlier: Promise<void> },
): Promise<void> {
  const [own, before] = await Promise.allSettled([stored, earlier]);
  if (before.status === 'rejected') {
    if (own.status === 'fulfilled') await deps.blobs.delete(key);
    throw before.reason;
  }
  if (own.status === 'rejected') throw own.reason;
  const counting = countPart(upload.id, writer, start, bytes, key, deps.rules.leaseSeconds, deps.clock.now());
  const counted =
    start + bytes < upload.length
      ? await zone.db.maybeOne(counting)
      : await zone.db.transaction(async (tx) => {
          const whole = await tx.maybeOne(counting);
          if (whole !== undefined) {
            const { claimed_type: claimedType, claimed_id: claimedId } = whole;
            await deps.events.publish(tx, uploadCompleted, { uploadId: upload.id, claimedType, claimedId });
          }
          return whole;
        });
  if (counted !== undefined) return;
  await deps.blobs.delete(key);
  if ((await findUpload(zone.db, upload.id)) === undefined) fail(uploadErrors.upload_not_found, { detail: 'given up meanwhile' });
  fail(uploadErrors.upload_locked, { detail: 'another request went on with this upload' });
}

/** For what arrives: says now and then that the writer lives, and stops a body whose lease another took. */
function leaseKeeper({ clock, rules, logger }: ReceivePartsDeps, { zone, upload, writer, body }: Writing): () => void {
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
function refusalOf(logger: Logger, error: unknown): unknown {
  if (!/^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException | undefined)?.code ?? '')) return error;
  logger.error({ err: error }, 'an upload was refused: no space is left where files are stored');
  return new MadangError(requestErrors.unavailable, { detail: 'no space is left for files', retryAfterSeconds: 60, cause: error });
}
