import type { FfmpegLimits } from './limits.ts';
import { SOURCE } from './sandbox.ts';

/**
 * Containers that carry their own bytes, by the names of ffmpeg's demuxers. Whatever names other files (playlists, concatenation
 * lists, image sequences, SDP, scripts) is not among them, and is refused before a byte of what it names is read.
 */
const CONTAINERS = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mp3,wav,flac,aac,aiff,mxf';

/** As much of a source is read to learn what is in it. The same for every run, so that stream numbers mean the same. */
const PROBE_BYTES = 10_000_000;
const PROBE_MICROSECONDS = 10_000_000;
const LARGEST_ALLOCATION = 512 * 2 ** 20;

/** Bounds on how a source is opened; to stand right before its `-i`. */
export const openSafely = (limits: FfmpegLimits): readonly string[] => [
  ...['-protocol_whitelist', 'file,pipe'],
  ...['-format_whitelist', CONTAINERS],
  ...['-probesize', `${PROBE_BYTES}`, '-analyzeduration', `${PROBE_MICROSECONDS}`],
  ...['-max_pixels', `${limits.maxPixels}`],
];

/** For the whole process. */
export const allocateSafely: readonly string[] = ['-max_alloc', `${LARGEST_ALLOCATION}`];

export const readSource = (limits: FfmpegLimits, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...openSafely(limits),
  ...['-i', SOURCE],
];

/** How every ffmpeg begins: silent but for errors, nothing to ask, nothing to read from the terminal. */
export const FFMPEG: readonly string[] = ['-hide_banner', '-v', 'error', '-nostdin', '-y', ...allocateSafely];
