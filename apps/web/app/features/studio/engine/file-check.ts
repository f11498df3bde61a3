import type { UploadLimits } from '@madang/media/contract';

export type FileRefusal =
  | 'studio.empty'
  | 'studio.not_media'
  | 'studio.too_large'
  | 'studio.no_room'
  | 'studio.too_long'
  | 'studio.too_wide';

/** Endings of films and sound that some systems give no type for. */
const ENDINGS = /\.(?:mp4|m4v|mov|mkv|webm|avi|mts|m2ts|ts|mpg|mpeg|ogv|3gp|wmv|flv|mxf|mp3|m4a|wav|flac|ogg|opus|aac)$/i;
export const ACCEPTED = 'video/*,audio/*,.mkv,.mov,.mts,.m2ts,.avi,.flv,.mxf,.webm';

/** Why a file is not begun; undefined when nothing speaks against it. `reserved` are bytes that others of this list still need. */
export function checkFile(
  file: { readonly name: string; readonly type: string; readonly size: number },
  limits: UploadLimits,
  reserved: number,
): FileRefusal | undefined {
  if (file.size === 0) return 'studio.empty';
  if (!/^(?:video|audio)\//.test(file.type) && !ENDINGS.test(file.name)) return 'studio.not_media';
  if (file.size > limits.maxBytes) return 'studio.too_large';
  if (limits.usedBytes + reserved + file.size > limits.limitBytes) return 'studio.no_room';
  return undefined;
}

/** The same of what the browser could read of it. */
export function checkFrame(
  frame: { readonly durationSeconds: number | null; readonly width: number; readonly height: number },
  limits: UploadLimits,
): FileRefusal | undefined {
  if (frame.durationSeconds !== null && frame.durationSeconds > limits.maxSeconds) return 'studio.too_long';
  if (Math.max(frame.width, frame.height) > limits.maxSide) return 'studio.too_wide';
  return undefined;
}
