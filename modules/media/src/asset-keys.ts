/** Where the bytes of an asset lie, and by which path they are fetched. */

/** Everything made of one version, and nothing else, lies below this. */
export const vodPrefix = (zoneId: string, assetId: string, version: string): string => `zones/${zoneId}/vod/${assetId}/${version}/`;

export const MASTER = 'master.m3u8';
export const INIT = 'init.mp4';
export const STORYBOARD = 'storyboard.vtt';
export const WAVEFORM = 'waveform.bin';

export const segmentName = (index: number): string => `s${String(index).padStart(5, '0')}.m4s`;
export const posterFile = (poster: number, variant: PosterVariant): string => `poster-${poster}/${variant}`;
export const candidateFile = (index: number): string => `candidate-${index}.jpg`;
export const storyboardSheet = (sheet: number): string => `storyboard-${sheet}.jpg`;
export const captionsFile = (captionsId: string, file: 'index.m3u8' | 'text.vtt'): string => `captions/${captionsId}/${file}`;

export const POSTER_VARIANTS = ['320.webp', '640.webp', '1280.webp', '1280.jpg'] as const;
export type PosterVariant = (typeof POSTER_VARIANTS)[number];

export const CONTENT_TYPES = {
  playlist: 'application/vnd.apple.mpegurl',
  init: 'video/mp4',
  segment: 'video/iso.segment',
  vtt: 'text/vtt; charset=utf-8',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  bytes: 'application/octet-stream',
} as const;

export const nextVersion = (version: string): string => `v${Number(version.slice(1)) + 1}`;
