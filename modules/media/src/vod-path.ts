import { ID_PATTERN } from '@madang/kernel';
import { CONTENT_TYPES } from './asset-keys.ts';

/** What a path below `/vod/` asks for. */
export interface VodPath {
  readonly token: string | undefined;
  readonly assetId: string;
  /** Versions count from 1. */
  readonly version: number;
  /** Below the version's folder. */
  readonly file: string;
  readonly kind: VodKind;
}

/** `text` may be put again (playlists, captions); the rest keeps its bytes for ever once its asset is ready. */
type VodKind = 'playlist' | 'text' | 'segment' | 'init' | 'picture' | 'bytes';

/*
 * Every file there can be, and the only way to name one: nothing is decoded, so a path that is encoded, doubled or climbs
 * has another shape and is not there.
 */
const ID = ID_PATTERN.source.slice(1, -1);
const PATH = new RegExp(`^/vod/(?:t/([\\w-]{27})/)?(${ID})/v([1-9]\\d{0,5})/([\\w./-]{1,120})(?:\\?|$)`);
const RENDITION = '(?!captions/)[a-z0-9][a-z0-9-]{0,31}/';
const KINDS: readonly (readonly [VodKind, RegExp])[] = [
  ['segment', new RegExp(`^${RENDITION}s\\d{5,7}\\.m4s$`)],
  ['playlist', new RegExp(`^(?:master|${RENDITION}index|captions/${ID}/index)\\.m3u8$`)],
  ['init', new RegExp(`^${RENDITION}init\\w{0,16}\\.mp4$`)],
  ['picture', /^(?:poster-\d{1,6}\/(?:(?:320|640|1280)\.webp|1280\.jpg)|(?:candidate|storyboard)-\d{1,4}\.jpg)$/],
  ['text', new RegExp(`^(?:storyboard|captions/${ID}/text)\\.vtt$`)],
  ['bytes', /^waveform\.bin$/],
];

/** Undefined for what can be nothing here. `url` is the request's target, undecoded; its query is nobody's business. */
export function readVodPath(url: string): VodPath | undefined {
  const parts = PATH.exec(url);
  if (parts === null) return undefined;
  const file = parts[4] as string;
  for (const [kind, shape] of KINDS) {
    if (shape.test(file)) return { token: parts[1], assetId: parts[2] as string, version: Number(parts[3]), file, kind };
  }
  return undefined;
}

export function contentTypeOf({ kind, file }: VodPath): string {
  if (kind === 'picture') return file.endsWith('.jpg') ? CONTENT_TYPES.jpeg : CONTENT_TYPES.webp;
  return kind === 'text' ? CONTENT_TYPES.vtt : CONTENT_TYPES[kind];
}

/** `720/s00012.m4s` → 12. */
export const segmentNumber = (file: string): number => Number(file.slice(file.lastIndexOf('/') + 2, -4));
