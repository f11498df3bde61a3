import {
  type Closable,
  fail,
  type Principal,
  type SocketContext,
  type SocketNamespace,
  signedIn,
  socketEvent,
  type ZoneContext,
} from '@madang/kernel';
import { assetRoom, progressMessage, uploadRoom } from './asset-changes.ts';
import { MEDIA_NAMESPACE, type MediaProgress, mediaClientEvents } from './asset-contract.ts';
import { assetErrors } from './asset-errors.ts';
import { type AssetRow, findAsset, findAssetOfUpload } from './asset-store.ts';
import type { Upload, Uploads } from './upload.ts';

type MayWatch = (zone: ZoneContext, principalId: string, assetId: string) => Promise<boolean>;

/** How often the bytes of an upload that somebody watches are told. */
const UPLOAD_MS = 1000;
/** What one socket may watch at once. */
const MOST_WATCHED = 50;

/** The namespace `/media`: who may watches, and hears `progress` until the film is ready or has failed. */
export function createMediaNamespace({ uploads }: { uploads: Uploads }): {
  namespace: SocketNamespace;
  registerWatchers(prefix: string, mayWatch: MayWatch): void;
  start(): Closable;
} {
  const watchers = new Map<string, MayWatch>();
  /** Sockets of this node that wait for bytes. */
  const waiting = new Map<string, { context: SocketContext; uploads: Map<string, number> }>();
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> | undefined;

  async function mayWatch(zone: ZoneContext, principal: Principal, asset: AssetRow): Promise<boolean> {
    if (asset.owner_id === principal.id) return true;
    const asks = watchers.get(asset.id.slice(0, asset.id.indexOf('_') + 1));
    return (await asks?.(zone, principal.id, asset.id)) ?? false;
  }

  /** The asset or the upload that is asked for, if it is this person's to watch. */
  async function find(
    { zone, principal }: SocketContext,
    { uploadId, videoId }: { uploadId?: string | undefined; videoId?: string | undefined },
  ): Promise<{ asset?: AssetRow; upload?: Upload }> {
    if ((uploadId === undefined) === (videoId === undefined))
      fail(assetErrors.asset_not_found, { detail: 'exactly one of uploadId and videoId' });
    const asset = await zone.db.maybeOne(videoId === undefined ? findAssetOfUpload(uploadId ?? '') : findAsset(videoId));
    if (asset !== undefined) {
      if (!(await mayWatch(zone, principal, asset))) fail(assetErrors.asset_not_found);
      const upload = asset.status === 'uploading' ? await uploads.find(zone, asset.upload_id) : undefined;
      return { asset, ...(upload && { upload }) };
    }
    const upload = uploadId === undefined ? undefined : await uploads.find(zone, uploadId);
    if (upload?.ownerId !== principal.id) fail(assetErrors.asset_not_found);
    return { upload };
  }

  function messageOf({ asset, upload }: { asset?: AssetRow; upload?: Upload }): MediaProgress | undefined {
    if (asset !== undefined) return progressMessage(asset, upload);
    return upload && ofUpload(upload);
  }

  async function tellUploads(): Promise<void> {
    for (const { context, uploads: watched } of waiting.values()) {
      for (const [uploadId, before] of watched) {
        const upload = await uploads.find(context.zone, uploadId);
        if (upload === undefined || upload.state !== 'open') watched.delete(uploadId);
        if (upload === undefined || upload.received === before) continue;
        watched.set(uploadId, upload.received);
        const asset = await context.zone.db.maybeOne(findAssetOfUpload(uploadId));
        if (upload.state !== 'open') watched.delete(uploadId);
        context.emit('progress', asset === undefined ? ofUpload(upload) : progressMessage(asset, upload));
      }
    }
    for (const [socketId, { uploads: watched }] of waiting) if (watched.size === 0) waiting.delete(socketId);
  }

  function waitFor(context: SocketContext, upload: Upload): void {
    const entry = waiting.get(context.socketId) ?? { context, uploads: new Map<string, number>() };
    entry.uploads.set(upload.id, upload.received);
    waiting.set(context.socketId, entry);
  }

  return {
    registerWatchers(prefix, may) {
      if (watchers.has(prefix)) throw new TypeError(`who may watch ${prefix} is decided already`);
      watchers.set(prefix, may);
    },

    start() {
      timer = setInterval(() => {
        // What cannot be read now is read a second later.
        telling ??= tellUploads()
          .catch(() => {})
          .finally(() => {
            telling = undefined;
          });
      }, UPLOAD_MS).unref();
      return {
        async close() {
          clearInterval(timer);
          await telling;
        },
      };
    },

    namespace: {
      name: MEDIA_NAMESPACE,
      policy: signedIn('progress concerns the person who uploads; each event looks whose'),
      events: {
        watch: socketEvent({
          policy: signedIn('only the owner, and whom the owning module lets'),
          payload: mediaClientEvents.watch,
          handler: async (context, asked) => {
            const found = await find(context, asked);
            const room = found.asset === undefined ? uploadRoom(found.upload?.id ?? '') : assetRoom(found.asset.id);
            if (context.rooms().length >= MOST_WATCHED && !context.isIn(room))
              fail(assetErrors.asset_not_found, { detail: 'too many watched' });
            await context.join(room);
            // Joined first, then read again: nothing falls between.
            const now = await find(context, asked);
            if (now.upload?.state === 'open') waitFor(context, now.upload);
            const message = messageOf(now);
            if (message !== undefined) context.emit('progress', message);
          },
        }),
        unwatch: socketEvent({
          policy: signedIn('leaving is everyone’s own'),
          payload: mediaClientEvents.unwatch,
          handler: async (context, { uploadId, videoId }) => {
            const asset = uploadId === undefined ? undefined : await context.zone.db.maybeOne(findAssetOfUpload(uploadId));
            const rooms = [videoId ?? asset?.id].flatMap((id) => (id === undefined ? [] : [assetRoom(id)]));
            if (uploadId !== undefined) rooms.push(uploadRoom(uploadId));
            for (const room of rooms) if (context.isIn(room)) await context.leave(room);
            if (uploadId !== undefined) waiting.get(context.socketId)?.uploads.delete(uploadId);
          },
        }),
      },
      onDisconnect: async ({ socketId }) => {
        waiting.delete(socketId);
      },
    },
  };
}

/** An upload that has become nothing yet. */
function ofUpload({ id, received, length, state }: Upload): MediaProgress {
  return {
    uploadId: id,
    videoId: null,
    status: state === 'open' ? 'uploading' : 'queued',
    receivedBytes: received,
    totalBytes: length,
    progress: { percent: 0, speed: null, etaSeconds: null, rungs: [] },
    failure: null,
  };
}
