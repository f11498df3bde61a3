import { defineEvent, type Queries, type ZoneContext } from '@madang/kernel';
import { z } from 'zod';
import type { assetProgressSchema, playbackSchema, posterSchema } from './asset-contract.ts';

export const ASSET_STATUSES = ['uploading', 'queued', 'processing', 'playable', 'ready', 'failed'] as const;
export type AssetStatus = (typeof ASSET_STATUSES)[number];
/** `public` by its plain path, `signed` only with a token, `closed` not at all. */
export type AssetAccess = 'public' | 'signed' | 'closed';

export type AssetProgress = z.infer<typeof assetProgressSchema>;
export type Playback = z.infer<typeof playbackSchema>;
export type Poster = z.infer<typeof posterSchema>;

export interface Asset {
  readonly id: string;
  readonly ownerId: string;
  readonly uploadId: string;
  readonly version: string;
  readonly status: AssetStatus;
  readonly access: AssetAccess;
  readonly durationSeconds: number | null;
  /** Pixels of the best quality, upright; null for sound. */
  readonly width: number | null;
  readonly height: number | null;
  readonly progress: AssetProgress;
  /** `code` is of `media.…`; `message` in the locale asked for. */
  readonly failure: { readonly code: string; readonly message: string; readonly detail: string } | null;
  readonly sourceName: string;
  /** Of the source and all that was made of it. */
  readonly bytes: number;
}

/** Films and sounds, for the modules that show them. Asks nobody's permission. Ids are the caller's own (`video_…`). */
export interface Assets {
  /** Claims the upload, complete or not; the work begins when its last byte is there. Throws as `Uploads.claim`. */
  create(tx: Queries, asset: { id: string; uploadId: string; ownerId: string; access: AssetAccess }): Promise<void>;
  /** The same asset from another upload: a new version; the old one is served until the new one is playable. */
  replace(tx: Queries, assetId: string, upload: { uploadId: string; ownerId: string }): Promise<void>;
  /** Bites within a second on every node. */
  setAccess(tx: Queries, assetId: string, access: AssetAccess): Promise<void>;
  /** Cancels what is being made and takes everything away. Idempotent. */
  remove(tx: Queries, assetId: string): Promise<void>;
  /** Once more after a failure that was not the source's fault. False when there is nothing to try again. */
  retry(tx: Queries, assetId: string): Promise<boolean>;
  /** One query for all of them; those that are not there are left out. */
  find(zone: ZoneContext, assetIds: readonly string[], locale?: string): Promise<ReadonlyMap<string, Asset>>;
  /** Paths to play and show it, signed where its access asks for it; null before it is playable. One query for all. */
  playbacks(zone: ZoneContext, assetIds: readonly string[]): Promise<ReadonlyMap<string, Playback>>;
  /** Only the pictures, for lists: one query for all; there before the film is playable. */
  posters(zone: ZoneContext, assetIds: readonly string[]): Promise<ReadonlyMap<string, Poster>>;
  /** Pictures to choose from, paths signed; `chosen` is the one shown, null when it was uploaded. */
  candidates(
    zone: ZoneContext,
    assetId: string,
  ): Promise<{ items: readonly { index: number; path: string; atSeconds: number }[]; chosen: number | null }>;
  choosePoster(zone: ZoneContext, assetId: string, index: number): Promise<void>;
  /** A picture of the person's own; `path` is a local file that is not trusted. Throws `media.picture_refused`. */
  uploadPoster(zone: ZoneContext, assetId: string, path: string): Promise<void>;
  /** `vtt` is not trusted: throws `media.captions_malformed`. One per language; the same language again replaces it. */
  addCaptions(zone: ZoneContext, assetId: string, captions: { language: string; name: string; vtt: string }): Promise<{ id: string }>;
  removeCaptions(zone: ZoneContext, assetId: string, captionsId: string): Promise<void>;
  /** The source as it was uploaded. */
  original(zone: ZoneContext, assetId: string): Promise<{ key: string; name: string; bytes: number } | undefined>;
  /** Who may watch the progress of assets whose id begins with this prefix (`video_`). Once per prefix, while wired. */
  registerWatchers(prefix: string, mayWatch: (zone: ZoneContext, principalId: string, assetId: string) => Promise<boolean>): void;
  /** Bytes a person keeps here and may keep. */
  storage(zone: ZoneContext, ownerId: string): Promise<{ usedBytes: number; limitBytes: number }>;
}

/** Its status, size or pictures changed. Published in the transaction that made it so. */
export const assetChanged = defineEvent(
  'media.asset-changed',
  z.object({
    assetId: z.string(),
    status: z.enum(ASSET_STATUSES),
    durationSeconds: z.number().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
    poster: z.number(),
    blurhash: z.string().nullable(),
    failureCode: z.string().nullable(),
  }),
);
