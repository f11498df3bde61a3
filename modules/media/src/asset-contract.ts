/** How far a film is, and where it is played from; socket namespace `/media`. */
import { z } from 'zod';

export const MEDIA_NAMESPACE = '/media';

/** A quality while it is being made. */
export const rungProgressSchema = z.object({
  /** The short side in pixels: `1080`. */
  id: z.string(),
  state: z.enum(['waiting', 'making', 'ready']),
  percent: z.number(),
});

export const assetProgressSchema = z.object({
  /** Of all the work after the upload, 0 to 100. */
  percent: z.number(),
  /** Seconds of film made in a second. */
  speed: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  rungs: z.array(rungProgressSchema),
});

/** WebP of at most 320, 640 and 1280 pixels a side, and a JPEG of the largest for other sites. Paths on the zone's host. */
export const posterSchema = z.object({
  small: z.string(),
  medium: z.string(),
  large: z.string(),
  jpeg: z.string(),
  width: z.number(),
  height: z.number(),
  blurhash: z.string().nullable(),
});

export const captionsSchema = z.object({ id: z.string(), language: z.string(), name: z.string(), src: z.string() });

/** Paths on the zone's own host; those of what is not public carry a token until `expiresAt`. */
export const playbackSchema = z.object({
  /** Of the master playlist. */
  hls: z.string(),
  poster: z.string().nullable(),
  /** WebVTT of sprites. */
  storyboard: z.string().nullable(),
  /** Bytes 0–255, one for each of equal stretches. */
  waveform: z.string().nullable(),
  captions: z.array(captionsSchema),
  version: z.string(),
  /** More qualities are to come: the master changes and should be loaded again on `progress`. */
  growing: z.boolean(),
  expiresAt: z.iso.datetime().nullable(),
});

export const mediaClientEvents = {
  /** Exactly one of them. Progress follows as it happens. */
  watch: z.object({ uploadId: z.string().max(100).optional(), videoId: z.string().max(100).optional() }),
  unwatch: z.object({ uploadId: z.string().max(100).optional(), videoId: z.string().max(100).optional() }),
} as const;

export const mediaProgress = z.object({
  uploadId: z.string(),
  /** Null until the upload became something. */
  videoId: z.string().nullable(),
  status: z.enum(['uploading', 'queued', 'processing', 'playable', 'ready', 'failed']),
  /** Of the upload, while it lasts. */
  receivedBytes: z.number(),
  totalBytes: z.number(),
  progress: assetProgressSchema,
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const mediaServerEvents = { progress: mediaProgress } as const;
export type MediaProgress = z.infer<typeof mediaProgress>;
