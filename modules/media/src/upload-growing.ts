import { BlobNotFound, fail, type GrowingBlob } from '@madang/kernel';
import { count, failUncounted, leaseKeeper, partKey, type ReceiveDeps, type Received, refusalOf, type Writing } from './upload-count.ts';
import { uploadErrors } from './upload-errors.ts';
import { tidyAfter } from './upload-memory.ts';

const MIB = 1024 * 1024;
/** The disk begins to write as soon as so much is there, so that little is left to wait for at the end. */
const SYNC_BYTES = 2 * MIB;
/** A network that is faster than the disk waits for it here. */
const AHEAD_BYTES = 32 * MIB;

/**
 * Writes a body at the end of its upload's bytes, which grow in the store until they are the source as they are; gives back
 * where the upload stands then. What is on the disk is counted now and then and at the end. Whatever ends the body, what came
 * before is kept, unless it has a checksum: then all or nothing. Throws `media.upload_cut_off` for a body without its end.
 */
export async function receiveGrowing(deps: ReceiveDeps, writing: Writing): Promise<Received> {
  const { upload, body } = writing;
  body.onArrival = leaseKeeper(deps, writing);
  let received: Received = { offset: upload.received, ended: false };
  try {
    if (upload.received < upload.length && (await body.hasMore())) received = await write(deps, writing, await openEnd(deps, writing));
  } catch (error) {
    throw refusalOf(deps.logger, error);
  }
  const { offset } = received;
  if (offset < upload.length && body.end !== 'whole') fail(uploadErrors.upload_cut_off, { detail: `received up to ${offset}` });
  return received;
}

interface OpenEnd {
  readonly key: string;
  /** Offset of its first byte in the upload. */
  readonly start: number;
  readonly blob: GrowingBlob;
}

/** Goes on with the last part, unless somebody who was not heard of any more may still be writing it: then a part is begun. */
async function openEnd({ blobs }: ReceiveDeps, writing: Writing): Promise<OpenEnd> {
  const { upload, tail } = writing;
  const grow = async (key: string, start: number): Promise<OpenEnd> => {
    if (blobs.grow === undefined) throw new TypeError('nothing grows in this store');
    return { key, start, blob: await blobs.grow(key, upload.received - start) };
  };
  if (tail !== undefined) {
    try {
      return await grow(tail.key, tail.start);
    } catch (error) {
      // It was put as a whole, by a release before this one.
      if (!(error instanceof BlobNotFound)) throw error;
    }
  }
  return grow(partKey(writing, upload.received), upload.received);
}

async function write(deps: ReceiveDeps, writing: Writing, { key, start, blob }: OpenEnd): Promise<Received> {
  const { upload, body, checksum } = writing;
  const { rules } = deps;
  const from = upload.received;
  const most = Math.min(upload.length - from, checksum === undefined ? upload.length : rules.checkedBytes);
  const hash = checksum?.hash();
  let end = from;
  let synced = from;
  let counted = from;
  /** Whether rows may speak of this part. */
  let known = start < from;
  let syncing: Promise<void> | undefined;
  let failure: unknown;

  async function countTo(to: number, last: boolean): Promise<void> {
    const before = known;
    known = true;
    if (await count(deps, writing, { key, start, from: counted, to, last })) counted = to;
    else {
      known = before;
      await failUncounted(writing);
    }
  }
  async function sync(): Promise<void> {
    const to = end;
    // A slow disk is no silence: the lease is kept meanwhile.
    const alive = setInterval(() => body.onArrival(), (rules.leaseSeconds * 1000) / 3);
    await blob.sync().finally(() => clearInterval(alive));
    synced = to;
  }
  const startSync = (): void => {
    syncing = sync()
      .then(async () => {
        // Bytes with a checksum count once it is right, and the last ones once they are known to be the last.
        if (checksum === undefined && synced - counted >= rules.partBytes && synced < upload.length && !body.over)
          await countTo(synced, false);
      })
      .catch((error: unknown) => {
        failure = error;
        body.stop();
      })
      .finally(() => {
        syncing = undefined;
      });
  };

  try {
    while (end - from < most) {
      const chunks = await body.take(most - (end - from));
      if (chunks === undefined) break;
      let bytes = 0;
      for (const chunk of chunks) {
        hash?.update(chunk);
        bytes += chunk.length;
      }
      await blob.write(chunks);
      tidyAfter(bytes);
      end += bytes;
      if (end - synced >= AHEAD_BYTES) await syncing;
      if (failure !== undefined) break;
      if (end - synced >= Math.min(SYNC_BYTES, rules.partBytes) && syncing === undefined) startSync();
    }
    await syncing;
    if (failure !== undefined) throw failure;
    if (end - from === most && (await body.hasMore())) {
      if (end === upload.length) fail(uploadErrors.upload_overrun, { extra: { length: upload.length } });
      fail(uploadErrors.upload_checksum_bytes, { extra: { maxBytes: rules.checkedBytes } });
    }
    if (checksum !== undefined && hash !== undefined) {
      if (body.end !== 'whole') fail(uploadErrors.upload_cut_off, { detail: 'not kept: its checksum could not be told' });
      checksum.verify(hash);
    }
    if (end > synced) await sync();
    await blob.close();
    const ended = end > counted;
    if (ended) await countTo(end, true);
    return { offset: end, ended };
  } finally {
    await syncing;
    await blob.close();
    if (!known) await deps.blobs.delete(key);
  }
}
