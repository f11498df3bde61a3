import { Readable } from 'node:stream';
import { fail } from '@madang/kernel';
import { count, failUncounted, leaseKeeper, partKey, type ReceiveDeps, type Received, refusalOf, type Writing } from './upload-count.ts';
import { uploadErrors } from './upload-errors.ts';
import { tidyAfter } from './upload-memory.ts';

/**
 * Stores a body as parts of its upload, from where that stands, and gives back where it stands then. A part is put while it
 * arrives and counted once it is whole; the next one fills meanwhile. Whatever ends the body, what came before is kept,
 * unless it has a checksum: then it is one part, or nothing. Throws `media.upload_cut_off` for a body without its end.
 */
export async function receiveParts(deps: ReceiveDeps, writing: Writing): Promise<Received> {
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
  return { offset: start, ended: start === upload.length };
}

interface StoringPart {
  readonly key: string;
  /** Its bytes, once the body has given all of them; rejects when they could not be stored. */
  readonly filled: Promise<number>;
  readonly stored: Promise<unknown>;
}

/** Begins to store what comes next; the body has at least one byte. */
function storePart(deps: ReceiveDeps, writing: Writing, start: number): StoringPart {
  const { upload, body, checksum } = writing;
  const room = upload.length - start;
  // After a break they lie as before again, so that the store itself joins them.
  const most = Math.min(room, checksum === undefined ? deps.rules.partBytes - (start % deps.rules.partBytes) : deps.rules.checkedBytes);
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
  const options = { contentType: 'application/octet-stream', maxBytes: most, hash: false };
  const stored = deps.blobs.put(key, Readable.from(fill(), { objectMode: false }), options).catch((error: unknown) => {
    throw refusal ?? error;
  });
  stored.catch(filled.reject);
  return { key, filled: filled.promise, stored };
}

/** Counts a part once it and those before it are stored. One that does not count is taken away; one of which nobody knows is left to the sweeper. */
async function finish(
  deps: ReceiveDeps,
  writing: Writing,
  { key, stored, start, bytes, earlier }: { key: string; stored: Promise<unknown>; start: number; bytes: number; earlier: Promise<void> },
): Promise<void> {
  const [own, before] = await Promise.allSettled([stored, earlier]);
  if (before.status === 'rejected') {
    if (own.status === 'fulfilled') await deps.blobs.delete(key);
    throw before.reason;
  }
  if (own.status === 'rejected') throw own.reason;
  if (await count(deps, writing, { key, start, from: start, to: start + bytes, last: false })) return;
  await deps.blobs.delete(key);
  await failUncounted(writing);
}
