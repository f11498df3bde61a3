import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type AuditWriter, type BlobStore, type EventPublisher, fail, type Principal, type Reply, type ZoneContext } from '@madang/kernel';
import type { Assets, UploadRequest } from '@madang/media';
import { CAPTIONS_BYTES, THUMBNAIL_BYTES } from './contract.ts';
import type { ReachedVideo, VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import { videoChanged } from './video-events.ts';

/** Port: writes the one file of a multipart request to a path, in constant memory, or refuses. */
export type ReceiveMultipart = (request: UploadRequest, to: string, maxBytes: number) => Promise<unknown>;

export type BytesReply = Reply<200, Readable> | Reply<206, Readable> | Reply<416, null>;
/** Port: answers with a stored object as a download, ranges included. */
export type ServeDownload = (
  object: { readonly key: string; readonly name: string; readonly bytes: number },
  headers: Readonly<Record<string, string | string[] | undefined>>,
) => Promise<BytesReply>;

export interface VideoFilesDeps {
  readonly access: VideoAccess;
  readonly assets: Assets;
  readonly blobs: Pick<BlobStore, 'presignGet'>;
  readonly receiveMultipart: ReceiveMultipart;
  readonly serveDownload: ServeDownload;
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
}

/** Good long enough to begin; a download under way goes on. */
const DOWNLOAD_SECONDS = 600;

/** Pictures, captions and the source of one's own video [VI14]–[VI16]. */
export function createVideoFiles(deps: VideoFilesDeps) {
  const { assets } = deps;

  async function reachOwn(zone: ZoneContext, principal: Principal, videoId: string): Promise<ReachedVideo> {
    const reached = await deps.access.reach(zone, principal, videoId);
    if (!reached.standing.edit) fail(videoErrors.not_allowed);
    return reached;
  }
  /** The asset changed by itself; this says so to caches and to the audit. */
  const changed = (zone: ZoneContext, principal: Principal, { row }: ReachedVideo, what: string) =>
    zone.db.transaction(async (tx) => {
      const details = { changed: [what] };
      await deps.audit.record(tx, { action: 'update', resourceType: 'video', resourceId: row.id, actor: principal, details });
      await deps.events.publish(tx, videoChanged, { videoId: row.id, channelId: row.channel_id });
    });

  return {
    async thumbnails(zone: ZoneContext, principal: Principal, videoId: string) {
      await reachOwn(zone, principal, videoId);
      const { items, chosen } = await assets.candidates(zone, videoId);
      return { items: items.map(({ index, path: url, atSeconds }) => ({ index, url, atSeconds })), chosen };
    },
    async chooseThumbnail(zone: ZoneContext, principal: Principal, videoId: string, index: number): Promise<void> {
      const reached = await reachOwn(zone, principal, videoId);
      const { items } = await assets.candidates(zone, videoId);
      if (!items.some((item) => item.index === index)) fail(videoErrors.thumbnail_not_found);
      await assets.choosePoster(zone, videoId, index);
      await changed(zone, principal, reached, 'thumbnail');
    },
    async uploadThumbnail(zone: ZoneContext, principal: Principal, videoId: string, request: UploadRequest): Promise<void> {
      const reached = await reachOwn(zone, principal, videoId);
      const folder = await mkdtemp(path.join(tmpdir(), 'madang-thumbnail-'));
      try {
        const picture = path.join(folder, 'picture');
        await deps.receiveMultipart(request, picture, THUMBNAIL_BYTES);
        await assets.uploadPoster(zone, videoId, picture);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      await changed(zone, principal, reached, 'thumbnail');
    },
    async putCaptions(
      zone: ZoneContext,
      principal: Principal,
      videoId: string,
      captions: { language: string; name: string; vtt: string },
    ): Promise<void> {
      const reached = await reachOwn(zone, principal, videoId);
      await assets.addCaptions(zone, videoId, captions);
      await changed(zone, principal, reached, 'captions');
    },
    async removeCaptions(zone: ZoneContext, principal: Principal, videoId: string, captionsId: string): Promise<void> {
      const reached = await reachOwn(zone, principal, videoId);
      await assets.removeCaptions(zone, videoId, captionsId);
      await changed(zone, principal, reached, 'captions');
    },
    /** From the blob store itself where browsers can reach it, else through the server. For its owner alone. */
    async original(
      zone: ZoneContext,
      principal: Principal,
      videoId: string,
      headers: Readonly<Record<string, string | string[] | undefined>>,
    ): Promise<BytesReply | Reply<302, null>> {
      const { standing } = await deps.access.reach(zone, principal, videoId);
      if (!standing.mine) fail(videoErrors.not_allowed);
      const source = await assets.original(zone, videoId);
      if (source === undefined) fail(videoErrors.original_not_stored);
      const presigned = await deps.blobs.presignGet?.(source.key, {
        expiresInSeconds: DOWNLOAD_SECONDS,
        contentType: 'application/octet-stream',
        contentDisposition: `attachment; filename*=UTF-8''${encodeURIComponent(source.name.toWellFormed())}`,
      });
      if (presigned === undefined) return deps.serveDownload(source, headers);
      return { status: 302, body: null, headers: { Location: presigned.url, 'Cache-Control': 'no-store' } };
    },
  };
}
export type VideoFiles = ReturnType<typeof createVideoFiles>;
/** JSON around the text of captions. */
export const CAPTIONS_BODY = CAPTIONS_BYTES * 2 + 10_000;
