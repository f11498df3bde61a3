import type { ZoneContext } from '@madang/kernel';
import type { Playback, Poster } from './asset.ts';
import { shown } from './asset-changes.ts';
import { captionsFile, MASTER, posterFile, STORYBOARD, WAVEFORM } from './asset-keys.ts';
import type { AssetRow, ServedVersion } from './asset-store.ts';
import type { CaptionsRow } from './caption-store.ts';
import { VOD_TOKEN_SECONDS, type VodTokens } from './vod-token.ts';

/** Expiries are told a little early: who asks for new paths then still has good ones. */
const STEP_SECONDS = 600;

export interface SignedFolder {
  readonly path: string;
  /** Null for what needs no token. */
  readonly expiresAt: Date | null;
}

export interface AssetPaths {
  /** Of a version, as this asset's access asks for; undefined when it is closed. */
  folder(zone: ZoneContext, row: AssetRow, version?: string): SignedFolder | undefined;
  poster(zone: ZoneContext, row: AssetRow): Poster | undefined;
  /** Undefined before it can be played. */
  playback(zone: ZoneContext, row: AssetRow, captions: readonly CaptionsRow[]): Playback | undefined;
}

export function createAssetPaths({ tokens, now }: { tokens: VodTokens; now: () => Date }): AssetPaths {
  function folder(zone: ZoneContext, row: AssetRow, version = shown(row).version): SignedFolder | undefined {
    if (row.access === 'closed') return undefined;
    if (row.access === 'public') return { path: `/vod/${row.id}/${version}/`, expiresAt: null };
    const step = STEP_SECONDS * 1000;
    const expiresAt = new Date(Math.floor((now().getTime() + VOD_TOKEN_SECONDS * 1000) / step) * step);
    return { path: `/vod/t/${tokens.sign(zone.zone.id, row.id, expiresAt)}/${row.id}/${version}/`, expiresAt };
  }

  function playable(row: AssetRow): ServedVersion | undefined {
    return row.status === 'playable' || row.status === 'ready' ? row : (row.served ?? undefined);
  }

  return {
    folder,
    poster(zone, row) {
      const { poster, poster_width: width, poster_height: height, blurhash, version } = shown(row);
      const at = folder(zone, row, version);
      if (poster === 0 || width === null || height === null || at === undefined) return undefined;
      const path = (variant: Parameters<typeof posterFile>[1]): string => at.path + posterFile(poster, variant);
      return {
        small: path('320.webp'),
        medium: path('640.webp'),
        large: path('1280.webp'),
        jpeg: path('1280.jpg'),
        width,
        height,
        blurhash,
      };
    },
    playback(zone, row, captions) {
      const served = playable(row);
      const at = served && folder(zone, row, served.version);
      if (served === undefined || at === undefined) return undefined;
      return {
        hls: at.path + MASTER,
        poster: served.poster === 0 ? null : at.path + posterFile(served.poster, '1280.webp'),
        storyboard: served.storyboard ? at.path + STORYBOARD : null,
        waveform: served.waveform ? at.path + WAVEFORM : null,
        captions: captions.map(({ id, language, name }) => ({ id, language, name, src: at.path + captionsFile(id, 'text.vtt') })),
        version: served.version,
        growing: served.version === row.version && row.growing,
        expiresAt: at.expiresAt?.toISOString() ?? null,
      };
    },
  };
}
