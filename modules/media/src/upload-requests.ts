import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type Closable, fail, newId, type Principal, type ZoneContext } from '@madang/kernel';
import { reserveStorage } from './file-store.ts';
import { mediaErrors } from './media-errors.ts';
import type { UploadChecksum, UploadMetadata } from './tus-headers.ts';
import type { Upload } from './upload.ts';
import { UploadBody } from './upload-body.ts';
import type { ReceiveDeps, Writing } from './upload-count.ts';
import type { DiscardUpload } from './upload-discard.ts';
import { uploadErrors } from './upload-errors.ts';
import { receiveGrowing } from './upload-growing.ts';
import { receiveParts } from './upload-parts.ts';
import { countOpenUploads, endLease, findUpload, insertUpload, leaseUpload } from './upload-store.ts';
import { findStorage, reservePersonStorage } from './upload-usage.ts';

export interface UploadRequestsDeps extends ReceiveDeps {
  readonly discard: DiscardUpload;
  /** What is missing to take films here; undefined when nothing is. */
  readonly tools: () => Promise<{ what: string; command: string } | undefined>;
}

/** Who uploads: a person asking, or the program for a person of the demo. */
export type Uploader = Pick<Principal, 'id' | 'kind'>;

/** Bytes of one request, beginning at `offset`. */
export interface IncomingBytes {
  readonly offset: number;
  /** As announced; undefined for a chunked body. */
  readonly length: number | undefined;
  readonly checksum: UploadChecksum | undefined;
  /** Asked for once the bytes are wanted. */
  stream(): Readable;
  readonly signal: AbortSignal | undefined;
}

/** What a person does with an upload; everything throws `media.upload_not_found` for another's. Closing waits for what is being stored. */
export interface UploadRequests extends Closable {
  create(zone: ZoneContext, principal: Uploader, length: number, metadata: UploadMetadata): Promise<Upload>;
  /** Where it stands, once what a request that broke off has brought is counted: who asks goes on from there. */
  find(zone: ZoneContext, principal: Uploader, uploadId: string): Promise<Upload>;
  /** Gives back where the upload stands then. */
  write(zone: ZoneContext, principal: Uploader, uploadId: string, bytes: IncomingBytes): Promise<{ upload: Upload; offset: number }>;
  /** Throws `media.upload_taken` for one that something was made of: that is deleted instead. */
  remove(zone: ZoneContext, principal: Uploader, uploadId: string): Promise<void>;
}

const LOCKED_POLL_MS = 250;
const SETTLE_MS = 2000;

export function createUploadRequests(deps: UploadRequestsDeps): UploadRequests {
  const { clock, rules } = deps;
  const receiveBytes = deps.blobs.grow === undefined ? receiveParts : receiveGrowing;
  /** Requests of this node. */
  const writing = new Map<UploadBody, { readonly uploadId: string; readonly done: Promise<unknown> }>();

  async function create(zone: ZoneContext, principal: Uploader, length: number, metadata: UploadMetadata): Promise<Upload> {
    if (principal.kind === 'guest') fail(uploadErrors.account_needed);
    const missing = await deps.tools();
    if (missing !== undefined) fail(uploadErrors.upload_unavailable, { detail: `${missing.what} is missing`, extra: missing });
    if (length > rules.maxBytes) fail(uploadErrors.upload_too_large, { extra: { maxBytes: rules.maxBytes } });
    const createdAt = clock.now();
    const expiresAt = new Date(createdAt.getTime() + rules.keepSeconds * 1000);
    const id = newId('upload', createdAt.getTime());
    const { name, contentType } = metadata;
    await zone.db.transaction(async (tx) => {
      // Locks the person's row first, so that two requests at once do not both take the last place.
      if (!(await reservePersonStorage(tx, principal.id, length, rules.personBytes))) {
        const { person } = await findStorage(tx, principal.id);
        fail(uploadErrors.quota_exceeded, { extra: { neededBytes: length, usedBytes: person, limitBytes: rules.personBytes } });
      }
      const limitBytes = zone.zone.limits.storageBytes;
      if (!(await reserveStorage(tx, length, limitBytes))) {
        const used = await findStorage(tx, principal.id);
        fail(mediaErrors.storage_full, { extra: { neededBytes: length, usedBytes: used.zone, limitBytes } });
      }
      const { open } = await tx.one(countOpenUploads(principal.id));
      if (open >= rules.openUploads) fail(mediaErrors.uploads_open, { extra: { open, limit: rules.openUploads } });
      await tx.run(insertUpload(id, principal.id, name, contentType, length, createdAt, expiresAt));
    });
    return { id, ownerId: principal.id, name, contentType, length, received: 0, state: 'open', claimedBy: null, createdAt, expiresAt };
  }

  async function settled(uploadId: string): Promise<void> {
    const ending = [...writing].filter(([body, request]) => request.uploadId === uploadId && body.over).map(([, request]) => request.done);
    if (ending.length > 0) await Promise.race([Promise.allSettled(ending), wait(SETTLE_MS, undefined, { ref: false })]);
  }

  async function findOwn(zone: ZoneContext, principal: Uploader, uploadId: string): Promise<Upload> {
    const upload = await findUpload(zone.db, uploadId);
    if (upload === undefined || upload.ownerId !== principal.id) fail(uploadErrors.upload_not_found);
    if (upload.claimedBy === null && upload.expiresAt <= clock.now()) fail(uploadErrors.upload_expired);
    return upload;
  }

  /** The lease, or the upload alone where nothing is left to write. Waits a little for a writer that may be dead. */
  async function lease(zone: ZoneContext, principal: Uploader, uploadId: string, { offset, signal }: IncomingBytes) {
    const until = performance.now() + rules.leaseSeconds * 1000 + LOCKED_POLL_MS;
    for (;;) {
      const leased = await leaseUpload(zone.db, { id: uploadId, ownerId: principal.id, offset }, rules, clock.now());
      if (leased !== undefined) return leased;
      const upload = await findOwn(zone, principal, uploadId);
      if (upload.received !== offset) fail(uploadErrors.upload_offset, { extra: { offset: upload.received } });
      if (upload.state === 'complete') return { upload, writer: undefined, tail: undefined };
      if (performance.now() > until) fail(uploadErrors.upload_locked, { retryAfterSeconds: rules.leaseSeconds });
      await wait(LOCKED_POLL_MS, undefined, { signal });
    }
  }

  async function write(zone: ZoneContext, principal: Uploader, uploadId: string, bytes: IncomingBytes) {
    if (bytes.checksum !== undefined && (bytes.length ?? 0) > rules.checkedBytes)
      fail(uploadErrors.upload_checksum_bytes, { extra: { maxBytes: rules.checkedBytes } });
    const { upload, writer, tail } = await lease(zone, principal, uploadId, bytes);
    if (writer === undefined) {
      if (bytes.length !== 0) fail(uploadErrors.upload_overrun, { extra: { length: upload.length } });
      return { upload, offset: upload.received };
    }
    let ended = false;
    try {
      if (bytes.offset + (bytes.length ?? 0) > upload.length) fail(uploadErrors.upload_overrun, { extra: { length: upload.length } });
      const received = await receive({ zone, upload, writer, tail }, bytes);
      ended = received.ended;
      return { upload, offset: received.offset };
    } finally {
      if (!ended)
        await zone.db.run(endLease(upload.id, writer)).catch((error: unknown) => {
          deps.logger.warn({ err: error, uploadId: upload.id }, 'the lease of an upload ends by itself');
        });
    }
  }

  async function receive(leased: Omit<Writing, 'body' | 'checksum'>, { stream, checksum, signal }: IncomingBytes) {
    const body = new UploadBody(stream(), { idleMs: rules.idleSeconds * 1000, signal });
    const done = receiveBytes(deps, { ...leased, body, checksum });
    writing.set(body, { uploadId: leased.upload.id, done });
    try {
      return await done;
    } finally {
      writing.delete(body);
      body.close();
    }
  }

  return {
    create,
    async find(zone, principal, uploadId) {
      await settled(uploadId);
      return findOwn(zone, principal, uploadId);
    },
    write,
    async remove(zone, principal, uploadId) {
      const upload = await findOwn(zone, principal, uploadId);
      const removed = await zone.db.transaction((tx) => deps.discard(tx, upload.id, { onlyUnclaimed: true }));
      if (!removed && (await findUpload(zone.db, upload.id)) !== undefined) fail(uploadErrors.upload_taken);
    },
    async close() {
      for (const body of writing.keys()) body.stop();
      await Promise.allSettled([...writing.values()].map((request) => request.done));
    },
  };
}
