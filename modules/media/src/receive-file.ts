import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type BlobStore,
  type Clock,
  fail,
  type ImageProcessor,
  ImageRefused,
  type Logger,
  MadangError,
  newId,
  type Principal,
  requestErrors,
  type ZoneContext,
} from '@madang/kernel';
import { blobPrefix, type FileScope, type StoredFile } from './file.ts';
import { deletePending, findReadyFile, findUsedStorage, insertPending, markReady, reserveStorage } from './file-store.ts';
import { mediaErrors } from './media-errors.ts';
import { type ReceivedFile, readUpload, type UploadRequest } from './read-upload.ts';
import { type Sniffed, sniff } from './sniff.ts';

export interface ReceiveFileDeps {
  readonly blobs: BlobStore;
  readonly images: ImageProcessor;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uploads one person may have open on this node. */
  readonly openUploads: number;
  /** Where files stand while they are looked at; on a disk that holds the largest of them a few times over. */
  readonly temporaryFolder: string;
}

export interface ReceiveOptions {
  readonly scope: FileScope;
  /** Largest file, bytes. */
  readonly maxBytes: number;
  /** `avatar`: a picture, cut to a square of 256 pixels. */
  readonly as?: 'attachment' | 'avatar';
}

export type ReceiveFile = (zone: ZoneContext, principal: Principal, request: UploadRequest, options: ReceiveOptions) => Promise<StoredFile>;

/** Box of a thumbnail and side of an avatar, pixels. */
const THUMBNAIL_BOX = 480;
const AVATAR_SIDE = 256;

/** A file ready to be stored: where it lies, and what it is. */
interface Prepared {
  readonly at: string;
  readonly thumbnailAt: string | null;
  readonly kind: StoredFile['kind'];
  readonly contentType: string;
  readonly width: number | null;
  readonly height: number | null;
}

/**
 * Takes one file of a request: received, told by its bytes, cleaned and thumbnailed if it is a picture, stored, and only
 * then answered for. Whatever fails leaves neither row nor blob; what a kill leaves, the sweeper finds by the pending row.
 */
export function createReceiveFile(deps: ReceiveFileDeps): ReceiveFile {
  const { blobs, clock, logger } = deps;
  const open = new Map<string, number>();

  async function receive(zone: ZoneContext, principal: Principal, request: UploadRequest, options: ReceiveOptions): Promise<StoredFile> {
    const { storageBytes } = zone.zone.limits;
    if ((await findUsedStorage(zone.db)) >= storageBytes) fail(mediaErrors.storage_full);
    const id = newId('file', clock.now().getTime());
    const prefix = blobPrefix(zone.zone.id, principal.id, id);
    const blobKey = `${prefix}original`;
    await zone.db.run(insertPending(id, principal.id, options.scope.type, options.scope.id, blobKey, clock.now()));
    let folder: string | undefined;
    try {
      folder = await mkdtemp(path.join(deps.temporaryFolder, 'madang-upload-'));
      const received = await readUpload(request, path.join(folder, 'received'), options.maxBytes);
      const prepared = await prepare(deps, folder, received, options, request.signal);
      const { signal } = request;
      const stored = await blobs.put(blobKey, createReadStream(prepared.at), { contentType: prepared.contentType, signal });
      const thumbnailKey = prepared.thumbnailAt === null ? null : `${prefix}thumbnail`;
      const thumbnail =
        prepared.thumbnailAt === null || thumbnailKey === null
          ? undefined
          : await blobs.put(thumbnailKey, createReadStream(prepared.thumbnailAt), { contentType: 'image/webp', signal });
      if (stored.sha256 === null) throw new TypeError('the blob store gives no checksum for what it has just stored');
      const { kind, contentType, width, height } = prepared;
      const described = { id, name: received.name, kind, contentType, bytes: stored.bytes, width, height, sha256: stored.sha256 };
      const file = { ...described, blobKey, thumbnailKey, thumbnailBytes: thumbnail?.bytes ?? 0 };
      await zone.db.transaction(async (tx) => {
        if (!(await reserveStorage(tx, file.bytes + file.thumbnailBytes, storageBytes))) fail(mediaErrors.storage_full);
        if (!(await markReady(tx, file))) fail(requestErrors.timed_out, { detail: 'the upload took too long and was given up' });
      });
      return { ...file, ownerId: principal.id, scope: options.scope, attached: false };
    } catch (error) {
      await abandon(zone, id, prefix).catch((failure: unknown) =>
        logger.warn({ err: failure, fileId: id }, 'a refused upload is left to the sweeper'),
      );
      if (!isDiskFull(error)) throw error;
      logger.error({ err: error }, 'an upload was refused: no space is left where files are stored or received');
      throw new MadangError(requestErrors.unavailable, { detail: 'no space is left for files', cause: error });
    } finally {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Blobs first: as long as the row stands, somebody comes back for them. A row that is ready after all (the commit went
   * through and only its acknowledgement was lost) keeps its blobs; nobody knows the file, so it goes as unattached.
   */
  async function abandon(zone: ZoneContext, id: string, prefix: string): Promise<void> {
    if ((await findReadyFile(zone.db, id)) !== undefined) return;
    await Promise.all([blobs.delete(`${prefix}original`), blobs.delete(`${prefix}thumbnail`)]);
    await zone.db.run(deletePending(id));
  }

  return async (zone, principal, request, options) => {
    if (principal.kind === 'guest' && options.as !== 'avatar' && !zone.zone.limits.guestsMayCreate) {
      fail(requestErrors.forbidden, { detail: 'guests may not send files in this zone' });
    }
    const person = `${zone.zone.id}/${principal.id}`;
    const before = open.get(person) ?? 0;
    if (before >= deps.openUploads) fail(mediaErrors.uploads_open, { retryAfterSeconds: 5 });
    open.set(person, before + 1);
    try {
      return await receive(zone, principal, request, options);
    } finally {
      const left = (open.get(person) ?? 1) - 1;
      if (left === 0) open.delete(person);
      else open.set(person, left);
    }
  };
}

const isDiskFull = (error: unknown): boolean => /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException | undefined)?.code ?? '');

async function prepare(
  { images }: ReceiveFileDeps,
  folder: string,
  received: ReceivedFile,
  options: ReceiveOptions,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const at = path.join(folder, 'received');
  const sniffed: Sniffed = await sniff(received.head, received.name);
  if (sniffed.treatment === 'refuse' || (options.as === 'avatar' && sniffed.treatment !== 'clean')) {
    fail(mediaErrors.picture_unsupported, { detail: sniffed.contentType });
  }
  if (sniffed.treatment === 'keep') {
    return { at, thumbnailAt: null, kind: sniffed.kind, contentType: sniffed.contentType, width: null, height: null };
  }
  const cleaned = path.join(folder, 'cleaned');
  const thumbnailAt = path.join(folder, 'thumbnail');
  try {
    if (options.as === 'avatar') {
      const { width, height, contentType } = await images.thumbnail(at, cleaned, { box: AVATAR_SIDE, cover: true, signal });
      return { at: cleaned, thumbnailAt: null, kind: 'image', contentType, width, height };
    }
    const { width, height, contentType } = await images.clean(at, cleaned, signal);
    await images.thumbnail(cleaned, thumbnailAt, { box: THUMBNAIL_BOX, signal });
    return { at: cleaned, thumbnailAt, kind: 'image', contentType, width, height };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    const refusal = error.reason === 'unsupported' ? mediaErrors.picture_unsupported : mediaErrors.picture_refused;
    fail(refusal, { detail: error.reason, extra: { reason: error.reason }, cause: error });
  }
}
