import { randomBytes } from 'node:crypto';
import { fail, type Queries, sql, type ZoneContext } from '@madang/kernel';
import {
  type Asset,
  type AssetAccess,
  type AssetStatus,
  type Assets,
  type assetChanged,
  mediaErrors,
  type Playback,
  type Poster,
} from '@madang/media';
import type { NotificationKind, Notifier } from '@madang/notifications';
import type { z } from 'zod';

/** Parameters of every route of the module. */
export interface VideoFixtures {
  readonly videoId: string;
  readonly channelId: string;
  readonly commentId: string;
  readonly playlistId: string;
  readonly userId: string;
  readonly language: string;
  readonly captionsId: string;
}

/** A private video of `ownerId` with a comment, and a private playlist: what nobody else, and no other zone, may reach. */
export async function isolationFixtures(zone: ZoneContext, ownerId = 'user_isolated'): Promise<VideoFixtures> {
  const key = randomBytes(8).toString('hex');
  const [channelId, videoId, commentId, playlistId] = [`channel_${key}`, `video_${key}`, `comment_${key}`, `playlist_${key}`] as const;
  const run = (text: string, ...values: unknown[]) => zone.db.run(sql(text, ...values));
  await run(
    `insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, created_at)
     values (madang.zone(), $1, $2, $3, $3, 'Nobody else', now()) on conflict do nothing`,
    channelId,
    ownerId,
    key,
  );
  const channel = await zone.db.one(sql<{ id: string }>('select id from video.channels where owner_id = $1', ownerId));
  await run(
    `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, visibility, status, published_at, created_at, updated_at)
     values (madang.zone(), $1, $2, $3, $4, 'Nobody else', 'private', 'ready', now(), now(), now())`,
    videoId,
    channel.id,
    ownerId,
    `upload_${key}`,
  );
  await run(
    `insert into video.comments (zone_id, id, video_id, author_id, body, created_at) values (madang.zone(), $1, $2, $3, 'between us', now())`,
    commentId,
    videoId,
    ownerId,
  );
  await run('update video.videos set comments = 1 where id = $1', videoId);
  await run(
    `insert into video.playlists (zone_id, id, owner_id, kind, title, visibility, created_at, updated_at)
     values (madang.zone(), $1, $2, 'custom', 'Nobody else', 'private', now(), now())`,
    playlistId,
    ownerId,
  );
  return { videoId, channelId: channel.id, commentId, playlistId, userId: ownerId, language: 'ko', captionsId: `captions_${key}` };
}

type AssetChange = z.output<(typeof assetChanged)['payload']>;

interface MemoryAsset {
  id: string;
  ownerId: string;
  uploadId: string;
  access: AssetAccess;
  status: AssetStatus;
  version: number;
  poster: number;
  captions: { id: string; language: string; name: string }[];
}

export interface MemoryAssets extends Assets {
  /** Moves an asset on, and answers what the real one would publish. */
  become(assetId: string, status: AssetStatus): AssetChange;
  access(assetId: string): AssetAccess | undefined;
  mayWatch(zone: ZoneContext, principalId: string, assetId: string): Promise<boolean>;
}

/** Films without bytes. What fails or is rolled back in a transaction stays here: for tests of what happens after. */
export function memoryAssets(): MemoryAssets {
  const assets = new Map<string, MemoryAsset>();
  let watchers: ((zone: ZoneContext, principalId: string, assetId: string) => Promise<boolean>) | undefined;
  const of = (id: string): MemoryAsset => assets.get(id) ?? fail(mediaErrors.file_not_found);
  const isShown = (asset: MemoryAsset): boolean => asset.status === 'playable' || asset.status === 'ready';
  const folder = ({ id, version, access }: MemoryAsset): string => `/vod/${access === 'public' ? '' : 't/token/'}${id}/v${version}`;
  const chosen = <Value>(ids: readonly string[], of: (asset: MemoryAsset) => Value | undefined): Map<string, Value> =>
    new Map(
      ids.flatMap((id) => {
        const asset = assets.get(id);
        const value = asset === undefined ? undefined : of(asset);
        return value === undefined ? [] : [[id, value] as const];
      }),
    );
  return {
    async create(_tx: Queries, { id, uploadId, ownerId, access }) {
      assets.set(id, { id, uploadId, ownerId, access, status: 'uploading', version: 1, poster: 0, captions: [] });
    },
    async replace(_tx, id, { uploadId }) {
      const asset = of(id);
      asset.uploadId = uploadId;
      asset.version++;
    },
    async setAccess(_tx, id, access) {
      of(id).access = access;
    },
    async remove(_tx, id) {
      assets.delete(id);
    },
    async retry(_tx, id) {
      if (of(id).status !== 'failed') return false;
      of(id).status = 'queued';
      return true;
    },
    find: async (_zone, ids) =>
      chosen(
        ids,
        (asset): Asset => ({
          ...asset,
          version: `v${asset.version}`,
          durationSeconds: isShown(asset) ? 90 : null,
          width: isShown(asset) ? 1920 : null,
          height: isShown(asset) ? 1080 : null,
          progress: { percent: asset.status === 'ready' ? 100 : 40, speed: 2, etaSeconds: 3, rungs: [] },
          failure: asset.status === 'failed' ? { code: 'media.unreadable', message: 'unreadable', detail: '' } : null,
          sourceName: 'film.mp4',
          bytes: 1234,
        }),
      ),
    playbacks: async (_zone, ids) =>
      chosen(ids, (asset): Playback | undefined =>
        isShown(asset)
          ? {
              hls: `${folder(asset)}/master.m3u8`,
              poster: null,
              storyboard: null,
              waveform: null,
              captions: asset.captions.map((captions) => ({ ...captions, src: `${folder(asset)}/captions/${captions.id}/text.vtt` })),
              version: `v${asset.version}`,
              growing: asset.status === 'playable',
              expiresAt: asset.access === 'public' ? null : '2030-01-01T00:00:00.000Z',
            }
          : undefined,
      ),
    posters: async (_zone, ids) =>
      chosen(ids, (asset): Poster | undefined => {
        if (!isShown(asset)) return undefined;
        const at = `${folder(asset)}/poster-${asset.poster}`;
        const files = { small: `${at}/320.webp`, medium: `${at}/640.webp`, large: `${at}/1280.webp`, jpeg: `${at}/1280.jpg` };
        return { ...files, width: 1280, height: 720, blurhash: null };
      }),
    candidates: async (_zone, id) => ({
      items: [0, 1, 2].map((index) => ({ index, path: `${folder(of(id))}/candidate-${index}.jpg`, atSeconds: index * 10 })),
      chosen: of(id).poster,
    }),
    async choosePoster(_zone, id, index) {
      of(id).poster = index;
    },
    async uploadPoster(_zone, id) {
      of(id).poster++;
    },
    async addCaptions(_zone, id, { language, name }) {
      const captions = { id: `captions_${randomBytes(4).toString('hex')}`, language, name };
      of(id).captions = [...of(id).captions.filter((other) => other.language !== language), captions];
      return { id: captions.id };
    },
    async removeCaptions(_zone, id, captionsId) {
      of(id).captions = of(id).captions.filter((captions) => captions.id !== captionsId);
    },
    original: async (_zone, id) => (assets.has(id) ? { key: `zones/univ/${id}`, name: '휴가 film.mp4', bytes: 10 } : undefined),
    registerWatchers(_prefix, mayWatch) {
      watchers ??= mayWatch;
    },
    storage: async () => ({ usedBytes: 0, limitBytes: 1 }),
    become(assetId, status) {
      const asset = of(assetId);
      asset.status = status;
      const shown = isShown(asset);
      return {
        assetId,
        status,
        durationSeconds: shown ? 90 : null,
        width: shown ? 1920 : null,
        height: shown ? 1080 : null,
        poster: asset.poster,
        blurhash: null,
        failureCode: status === 'failed' ? 'media.unreadable' : null,
      };
    },
    access: (assetId) => assets.get(assetId)?.access,
    mayWatch: async (zone, principalId, assetId) => (await watchers?.(zone, principalId, assetId)) ?? false,
  };
}

export interface Rung {
  readonly kind: string;
  readonly to: readonly string[];
  readonly about: string;
  readonly payload: unknown;
}

/** A bell that remembers; as the real one, it tells nobody twice of the same. */
export function recordingNotifier(): Notifier & { readonly rung: readonly Rung[] } {
  const rung: Rung[] = [];
  return {
    rung,
    async notify<Payload>(
      _tx: Queries,
      kind: NotificationKind<Payload>,
      { to, about, payload }: { to: readonly string[]; about: string; payload: Payload },
    ) {
      const told = new Set(rung.filter((ring) => ring.kind === kind.name && ring.about === about).flatMap((ring) => ring.to));
      const fresh = to.filter((id) => !told.has(id));
      if (fresh.length > 0) rung.push({ kind: kind.name, to: fresh, about, payload: kind.payload.parse(payload) });
    },
    async retract(_tx, kind, about) {
      for (let at = rung.length - 1; at >= 0; at--) if (rung[at]?.kind === kind.name && rung[at]?.about === about) rung.splice(at, 1);
    },
  };
}
