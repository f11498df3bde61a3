import { type AudioRendition, planAudio, planSubtitles, type SubtitlePlan } from './audio-renditions.ts';
import { type Chunk, planChunks } from './chunks.ts';
import { chooseFrameRate } from './frame-rate.ts';
import { framesIn, frameTime, type Rational, rational } from './rational.ts';
import { chooseRungs, displaySize, type Rung, type Size } from './rungs.ts';
import type { SourceProbe, VideoTrack } from './source-probe.ts';
import { planStoryboard, type StoryboardPlan } from './storyboard.ts';
import { planWaves } from './waves.ts';

interface PlanOfAnyKind {
  readonly durationSeconds: number;
  /** 4 s, or 4.004 s at rates over 1001: just this goes to `-hls_time`. */
  readonly segmentSeconds: Rational;
  /** Made once for the whole source. Empty for a silent film. */
  readonly audio: readonly AudioRendition[];
  readonly subtitles: readonly SubtitlePlan[];
}

export interface VideoPlan extends PlanOfAnyKind {
  readonly kind: 'video';
  readonly picture: PicturePlan;
  /** Ascending by size; never empty. */
  readonly rungs: readonly Rung[];
  /** Ids of rungs by the pass that makes them. */
  readonly waves: readonly (readonly string[])[];
  readonly chunks: readonly Chunk[];
  readonly storyboard: StoryboardPlan;
}

export interface AudioOnlyPlan extends PlanOfAnyKind {
  readonly kind: 'audio';
}

export type MediaPlan = VideoPlan | AudioOnlyPlan;

export interface PicturePlan {
  /** ffmpeg's absolute stream index. */
  readonly sourceIndex: number;
  /** As decoded and turned upright, before the sample aspect ratio. */
  readonly decoded: Size;
  /** As shown. */
  readonly display: Size;
  readonly rate: Rational;
  /** The source's frames are unevenly spaced or its rate is changed: `fps` repeats and leaves out. */
  readonly evened: boolean;
  /** Of the whole film, as the container tells its length; at least 1. */
  readonly frames: number;
  /** A key frame every so many, and nowhere else, in every rung: `-g`, `-keyint_min`, `-sc_threshold 0`. */
  readonly gopFrames: number;
  /** Always two groups of pictures. */
  readonly segmentFrames: number;
  /** HDR that must become BT.709; undefined for SDR. */
  readonly toneMap: 'pq' | 'hlg' | undefined;
  readonly deinterlace: boolean;
  /** The source is not 8-bit 4:2:0 yet. */
  readonly reduceTo8Bit420: boolean;
  /** The sample aspect ratio is not 1:1: scaling must set the size in square pixels (`setsar=1`). */
  readonly anamorphic: boolean;
}

export interface PlanOptions {
  /** x264's constant rate factor; 22 by default. */
  readonly crf?: number;
  /** Pixels of the highest rung's short side, even, at least 240; 2160 by default. */
  readonly maxShortSide?: number;
  /** Whole frames a second, at least 30; 60 by default. */
  readonly maxFrameRate?: number;
  /** How many pixels this machine encodes in a second; by default as measured on two cores with `veryfast`. */
  readonly pixelsPerSecond?: number;
  /** The length of a chunk, at least 4; 300 by default. */
  readonly chunkSeconds?: number;
  /** How many languages are kept; 4 by default. */
  readonly maxAudio?: number;
}

const GOP_SECONDS = 2;
const GOPS_PER_SEGMENT = 2;
const EIGHT_BIT_420 = new Set(['yuv420p', 'yuvj420p', 'nv12', 'nv21']);
export const PIXELS_PER_SECOND_ON_TWO_CORES = 150_000_000;

function planVideo(probe: SourceProbe, video: VideoTrack, options: PlanOptions, audio: readonly AudioRendition[]): VideoPlan {
  const display = displaySize(video);
  const choice = chooseFrameRate(video.averageRate, video.baseRate, options.maxFrameRate);
  // `N·1000/1001` counts as N: two of its seconds are 2.002.
  const perSecond = Math.round((choice.rate.numerator / choice.rate.denominator) * 1.0005);
  const gopFrames = perSecond * GOP_SECONDS;
  const segmentFrames = gopFrames * GOPS_PER_SEGMENT;
  const frames = Math.max(1, framesIn(video.endSeconds, choice.rate));
  const rungs = chooseRungs(display, choice.rate, { highest: options.maxShortSide ?? 2160, crf: options.crf ?? 22 });
  const decoded = video.rotation % 180 === 0 ? video : { width: video.height, height: video.width };
  const work = { toneMap: video.transfer !== 'sdr', deinterlace: video.interlaced };
  const segmentSeconds = frameTime(segmentFrames, choice.rate);
  const segmentsEach = Math.max(1, Math.round((options.chunkSeconds ?? 300) / 4));
  return {
    kind: 'video',
    durationSeconds: probe.durationSeconds,
    segmentSeconds,
    audio,
    subtitles: planSubtitles(probe.subtitles),
    picture: {
      sourceIndex: video.index,
      decoded: { width: decoded.width, height: decoded.height },
      display,
      rate: choice.rate,
      evened: choice.evened,
      frames,
      gopFrames,
      segmentFrames,
      toneMap: video.transfer === 'sdr' ? undefined : video.transfer,
      deinterlace: video.interlaced,
      reduceTo8Bit420: !EIGHT_BIT_420.has(video.pixelFormat),
      anamorphic: video.sampleAspect.numerator !== video.sampleAspect.denominator,
    },
    rungs,
    waves: planWaves(rungs, video, work, choice.rate, options.pixelsPerSecond ?? PIXELS_PER_SECOND_ON_TWO_CORES),
    chunks: planChunks(frames, segmentFrames, choice.rate, segmentsEach),
    storyboard: planStoryboard(frames, gopFrames, choice.rate, display),
  };
}

/** What is to be made of a source: a film with its ladder, or sound alone. A pure function of its arguments; rules in SPEC.md. */
export function planMedia(probe: SourceProbe, options: PlanOptions = {}): MediaPlan {
  const audio = planAudio(probe.audio, { alone: probe.video === undefined, atMost: options.maxAudio ?? 4 });
  if (probe.video !== undefined) return planVideo(probe, probe.video, options, audio);
  return {
    kind: 'audio',
    durationSeconds: probe.durationSeconds,
    segmentSeconds: rational(4),
    audio,
    subtitles: planSubtitles(probe.subtitles),
  };
}
