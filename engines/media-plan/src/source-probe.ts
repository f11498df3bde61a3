import type { Rational } from './rational.ts';

/** What matters of a source, read by `readProbe` from ffprobe's answer. Track indexes are ffmpeg's absolute stream indexes (`0:3`). */
export interface SourceProbe {
  /** ffprobe's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** Of the whole source, above 0. */
  readonly durationSeconds: number;
  /** Undefined: the source has sound only. */
  readonly video: VideoTrack | undefined;
  /** Default first; empty for a silent film. */
  readonly audio: readonly AudioTrack[];
  /** Only those that are text and can become WebVTT. */
  readonly subtitles: readonly SubtitleTrack[];
}

export interface VideoTrack {
  readonly index: number;
  readonly codec: string;
  /** As coded: before rotation and sample aspect ratio. */
  readonly width: number;
  readonly height: number;
  readonly sampleAspect: Rational;
  /** Degrees clockwise that a player turns the picture; ffmpeg does so itself (autorotate). */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Frames over duration; undefined where the container does not say. */
  readonly averageRate: Rational | undefined;
  /** The lowest rate that all timestamps fit; for some containers the tick of their clock. */
  readonly baseRate: Rational | undefined;
  readonly pixelFormat: string;
  readonly transfer: 'sdr' | 'pq' | 'hlg';
  readonly interlaced: boolean;
  /** When the last picture ends, in seconds from the start of the source. */
  readonly endSeconds: number;
}

export interface AudioTrack {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
  /** BCP 47; undefined where unknown. */
  readonly language: string | undefined;
  readonly title: string | undefined;
}

export interface SubtitleTrack {
  readonly index: number;
  readonly codec: string;
  readonly language: string | undefined;
  readonly title: string | undefined;
  readonly forced: boolean;
}

/** Why a source is not taken. `values` go into the message for the person; all strings in it are ours or cleaned and short. */
export type ProbeRefusal =
  | { readonly code: 'not_media'; readonly values: Readonly<Record<string, never>> }
  | { readonly code: 'unsupported_container'; readonly values: { readonly container: string } }
  | {
      readonly code: 'no_streams' | 'only_pictures' | 'size_unknown' | 'duration_unknown';
      readonly values: Readonly<Record<string, never>>;
    }
  | { readonly code: 'unsupported_codec'; readonly values: { readonly kind: 'video' | 'audio'; readonly codec: string } }
  | { readonly code: 'too_large'; readonly values: { readonly width: number; readonly height: number; readonly maxSide: number } }
  | { readonly code: 'too_long'; readonly values: { readonly seconds: number; readonly maxSeconds: number } };

export interface SourceLimits {
  /** Pixels a side, as coded. */
  readonly maxSide: number;
  readonly maxSeconds: number;
}

export const SOURCE_LIMITS: SourceLimits = { maxSide: 8_192, maxSeconds: 12 * 3_600 };
