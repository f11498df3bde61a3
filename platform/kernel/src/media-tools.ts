/** A fraction of whole numbers: 30000/1001 frames a second, 4004/1000 seconds. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** One quality of the picture: H.264 High, 8 bits, 4:2:0, square pixels. */
export interface EncodeRung {
  /** Unique in its request; the name of its folder. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly maxKilobits: number;
  readonly bufferKilobits: number;
  readonly crf: number;
  /** 31 is 3.1. */
  readonly level: number;
}

export interface EncodePicture {
  /** ffmpeg's absolute stream index. */
  readonly sourceIndex: number;
  readonly rate: Fraction;
  /** A key frame every so many, and nowhere else. */
  readonly gopFrames: number;
  /** 4 s, or 4.004 s at rates over 1001. */
  readonly segmentSeconds: Fraction;
  readonly toneMap?: 'pq' | 'hlg' | undefined;
  readonly deinterlace: boolean;
  /** Number of the first segment made here, counted in the whole film. */
  readonly firstSegment: number;
  /** Frames of the evened film. The end is exclusive; without one it goes on to the end of the source. */
  readonly startFrame: number;
  readonly endFrame?: number | undefined;
  /** By size, ascending or not; at least one. One decode feeds them all. */
  readonly rungs: readonly EncodeRung[];
}

/** AAC-LC at 48 kHz, always of the whole source. */
export interface EncodeSound {
  readonly id: string;
  readonly sourceIndex: number;
  readonly channels: 1 | 2;
  readonly kilobits: number;
}

/** A segment that is whole on the disk and will not change. */
export interface EncodedSegment {
  /** Id of a rung or a sound. */
  readonly rendition: string;
  /** Counted in the whole film. */
  readonly index: number;
  /** Absolute; also of the initialization segment it needs. */
  readonly path: string;
  readonly initPath: string;
  readonly seconds: number;
  readonly bytes: number;
}

/** Pictures taken of what is decoded anyway. A film that has not so many frames gives fewer, and a tool may give none. */
export interface EncodeStills {
  /** Frames of the evened film, each once, within what the request makes. */
  readonly frames: readonly number[];
  /** Pixels of the longer side, at most. */
  readonly longSide: number;
  /** As segments are told: ascending, each once, one at a time. The file is the caller's. */
  readonly onStill: (still: FilmStill) => Promise<void>;
}

/** A picture of a frame that was asked for. */
export interface FilmStill extends FilmFrame {
  readonly frame: number;
}

export interface EncodeRequest {
  /** Absolute path of the source. It is not trusted. */
  readonly source: string;
  /** Absolute path of an empty folder that the encoder fills: `<rendition>/init.mp4`, `<rendition>/s00012.m4s`. */
  readonly folder: string;
  readonly picture?: EncodePicture | undefined;
  readonly sounds: readonly EncodeSound[];
  /** 4 s for sound alone. */
  readonly soundSegmentSeconds?: Fraction;
  /** Wants a picture. */
  readonly stills?: EncodeStills | undefined;
  /** In order within a rendition, each once; the next waits for the promise, the encoder does not. A rejection stops it. */
  readonly onSegment: (segment: EncodedSegment) => Promise<void>;
  /** Seconds of the film made by this request so far, and how many of them a second takes; about once a second. */
  readonly onProgress?: (progress: { readonly seconds: number; readonly speed: number }) => void;
  /** Kills the encoder. */
  readonly signal: AbortSignal;
}

/** A picture taken from a film, with what tells a good one from a bad one. All but `sharpness` from 0 to 1. */
export interface FilmFrame {
  readonly atSeconds: number;
  /** JPEG, absolute. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Mean and standard deviation (doubled) of the luma. */
  readonly luminance: number;
  readonly contrast: number;
  /** Variance of the Laplacian; only comparable within one film. */
  readonly sharpness: number;
  /** How much differs from the picture just after. */
  readonly sceneChange: number;
}

/**
 * Reads and encodes films and sound. Whatever it opens is hostile: it runs without network, sees no other file, follows no
 * playlist and has bounds on time, memory and size. Every method throws `MediaToolFailure`, or the signal's reason.
 */
export interface MediaTools {
  /** What is missing on this machine and the command that brings it, or undefined when all is there. */
  missing(): Promise<{ readonly what: string; readonly command: string } | undefined>;
  /** ffprobe's JSON (`format`, `streams`), unchecked. */
  probe(source: string, signal?: AbortSignal): Promise<unknown>;
  /** Length by its packets, for containers that do not say. */
  measureSeconds(source: string, signal?: AbortSignal): Promise<number>;
  /** Resolves when every rendition is whole and every `onSegment` has resolved. */
  encode(request: EncodeRequest): Promise<void>;
  /** Pictures near the given times, upright, square pixels, at most `longSide` pixels a side. Times past the end give none. */
  frames(
    source: string,
    options: {
      readonly sourceIndex: number;
      readonly atSeconds: readonly number[];
      readonly longSide: number;
      readonly toneMap?: 'pq' | 'hlg' | undefined;
      readonly folder: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<FilmFrame[]>;
  /** Sheets of key frames, JPEG: every `everyKeyFrames`-th key frame of an initialization segment followed by its media segments. */
  storyboard(
    parts: readonly string[],
    options: {
      readonly everyKeyFrames: number;
      readonly tile: { readonly width: number; readonly height: number };
      readonly columns: number;
      readonly rows: number;
      readonly folder: string;
      readonly signal?: AbortSignal;
    },
  ): Promise<{ readonly sheets: readonly string[]; readonly tiles: number }>;
  /** `points` peaks from 0 to 255, the loudest of each equal stretch of the sound. */
  waveform(
    source: string,
    options: { readonly sourceIndex: number; readonly seconds: number; readonly points: number; readonly signal?: AbortSignal },
  ): Promise<Uint8Array>;
  /** A text track as WebVTT. */
  subtitles(source: string, options: { readonly sourceIndex: number; readonly signal?: AbortSignal }): Promise<string>;
}

export type MediaFailureReason =
  /** ffprobe, ffmpeg or the sandbox is not on this machine. */
  | 'unavailable'
  /** It is no film and no sound, it is damaged beyond reading, or it points elsewhere. */
  | 'unreadable'
  | 'too_large'
  /** More time or memory than is allowed. */
  | 'exhausted'
  /** No space left for what is made. */
  | 'disk_full'
  /** The encoder was killed by somebody else, or died. */
  | 'crashed';

/** `unreadable`, `too_large` and `exhausted` are the source's fault: doing it again gives the same. */
export class MediaToolFailure extends Error {
  override readonly name = 'MediaToolFailure';
  readonly reason: MediaFailureReason;
  /** The tool's own last words, cleaned, without paths; for logs and for the creator's "more". */
  readonly detail: string;
  constructor(reason: MediaFailureReason, detail: string, cause?: unknown) {
    super(`${reason}: ${detail}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.detail = detail;
  }
}
