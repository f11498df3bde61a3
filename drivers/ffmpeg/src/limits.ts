/** What one run may use. A run that needs more is ended, and told as `exhausted`. */
export interface FfmpegLimits {
  /** Address space; 4 GiB by default, enough for a ladder from 8,192 × 4,320. */
  readonly memoryBytes: number;
  /** Of a picture, decoded; 8,192² by default. */
  readonly maxPixels: number;
  /** To look at a source, to take one picture; 90 s by default, for a machine may be busy. */
  readonly lookSeconds: number;
  /** To read a whole source without decoding its picture; an hour by default. */
  readonly readSeconds: number;
  /** To encode; 24 hours by default. */
  readonly encodeSeconds: number;
  /** How long an encoder may live without a frame; 5 minutes by default. */
  readonly stallSeconds: number;
  /** Of one file that is made; 4 GiB by default. */
  readonly fileBytes: number;
}

export const DEFAULT_LIMITS: FfmpegLimits = {
  memoryBytes: 4 * 2 ** 30,
  maxPixels: 8192 * 8192,
  lookSeconds: 90,
  readSeconds: 3600,
  encodeSeconds: 24 * 3600,
  stallSeconds: 300,
  fileBytes: 4 * 2 ** 30,
};
