import type { EncodePicture, EncodeRequest, EncodeRung, EncodeSound, EncodeStills, Fraction } from '@madang/kernel';
import { fitFilter, fractionText, standardFilters, toneMapFilters } from './filters.ts';
import type { FfmpegLimits } from './limits.ts';
import { GRAY } from './picture-measures.ts';
import type { SourceFacts } from './probe-source.ts';
import { FOLDER } from './sandbox.ts';
import { FFMPEG, readSource } from './source-arguments.ts';

/** ffmpeg's own list of what it has finished, in each rendition's folder. */
export const LIST = 'index.m3u8';
export const INIT = 'init.mp4';
/** No rendition's name begins so. Pictures are called by their frames' numbers, `.jpg` and `.gray`. */
export const STILLS = '.stills';

/** Entries a list keeps: many times what is finished between two looks at it, so that a film of 12 hours does not make it long. */
const LIST_LENGTH = 500;
const FOUR_SECONDS: Fraction = { numerator: 4, denominator: 1 };

/** Containers with an index of key frames, where a seek lands on one. Elsewhere it lands anywhere, and decoding takes hold at the next. */
const INDEXED = /^(?:mov|matroska)\b/;
const MARGIN_SECONDS = 2;
const MARGIN_WITHOUT_INDEX_SECONDS = 15;
/**
 * `fps` counts frames from its start time, which must be a whole number of ticks of any clock there is, those over 1001 included:
 * then a frame has the same number whichever chunk it is made in.
 */
const ORIGIN_SECONDS = 1001;

const secondsOf = ({ numerator, denominator }: Fraction): number => numerator / denominator;

/** Largest first: each feeds the next. */
const byFallingSize = (rungs: readonly EncodeRung[]): readonly EncodeRung[] =>
  [...rungs].sort((a, b) => b.width * b.height - a.width * a.height);

/** Where reading may begin so that every frame from `startFrame` on is seen, with what is shown when it begins. */
export function seekSeconds(picture: Pick<EncodePicture, 'startFrame' | 'rate'>, container: string): number {
  const margin = INDEXED.test(container) ? MARGIN_SECONDS : MARGIN_WITHOUT_INDEX_SECONDS;
  return Math.max(0, Math.floor(picture.startFrame / secondsOf(picture.rate) - margin));
}

type Stills = Pick<EncodeStills, 'frames' | 'longSide'>;

/** One decode, evened and cut by frame numbers, scaled down step by step to every rung: `[v0]`, `[v1]` … by falling size. */
function pictureGraph(
  picture: EncodePicture,
  rungs: readonly EncodeRung[],
  stills: Stills | undefined,
  facts: SourceFacts,
  input: number,
): string {
  const source = facts.streams.get(picture.sourceIndex);
  const [largest] = rungs;
  if (source === undefined || largest === undefined) throw new RangeError('a picture needs a stream and a rung');
  const origin = Math.floor(seekSeconds(picture, facts.container) / ORIGIN_SECONDS) * ORIGIN_SECONDS;
  const end = picture.endFrame === undefined ? '' : `:end_pts=${picture.endFrame}`;
  const first = [
    ...(picture.deinterlace ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    `fps=${fractionText(picture.rate)}:start_time=${origin}`,
    // After `fps` a tick is a frame: cuts are exact, where seconds would be rounded.
    `trim=start_pts=${picture.startFrame}${end}`,
  ];
  const upright = standardFilters(largest, source, picture.toneMap);
  const whole =
    stills === undefined
      ? [...first, ...upright]
      : [`${first.join(',')},split=2[whole][seen];${stillGraph(picture, stills)};[whole]${upright.join(',')}`];
  const steps = rungs.map((rung, place) => {
    const filters = place === 0 ? whole : [`scale=${rung.width}:${rung.height}`, 'setsar=1'];
    const from = place === 0 ? `[${input}:${picture.sourceIndex}]` : `[t${place}]`;
    const isLast = place === rungs.length - 1;
    return `${from}${filters.join(',')}${isLast ? `[v${place}]` : `,split=2[v${place}][t${place + 1}]`}`;
  });
  return steps.join(';');
}

/** Of `[seen]` the frames asked for, as `[still]`, and small and gray with the one after each, as `[gray]`. A tick is a frame. */
function stillGraph({ toneMap }: EncodePicture, { frames, longSide }: Stills): string {
  const those = (numbers: readonly number[]): string => `select='${numbers.map((frame) => `eq(pts,${frame})`).join('+')}'`;
  const pairs = [...new Set(frames.flatMap((frame) => [frame, frame + 1]))];
  const fit = [those(pairs), fitFilter(longSide), ...(toneMap === undefined ? [] : toneMapFilters(toneMap))];
  return (
    `[seen]${fit.join(',')},split=2[one][pair];[one]${those(frames)},scale=out_range=pc,format=yuvj420p[still];` +
    `[pair]scale=${GRAY.width}:${GRAY.height}:out_range=pc,format=gray[gray]`
  );
}

/** Whole files only, named by their frames. */
function stillArguments({ rate }: EncodePicture): readonly string[] {
  const each = (label: string, ending: string, codec: readonly string[]): readonly string[] => [
    ...[
      '-map',
      `[${label}]`,
      ...codec,
      '-threads:v',
      '1',
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      `${rate.denominator}:${rate.numerator}`,
    ],
    ...['-f', 'image2', '-frame_pts', '1', '-atomic_writing', '1', `${FOLDER}/${STILLS}/%d.${ending}`],
  ];
  return [...each('still', 'jpg', ['-c:v', 'mjpeg', '-q:v', '3']), ...each('gray', 'gray', ['-c:v', 'rawvideo'])];
}

function rungArguments(rung: EncodeRung, place: number): readonly string[] {
  const of = (option: string): string => `-${option}:v:${place}`;
  return [
    ...[of('crf'), `${rung.crf}`, of('maxrate'), `${rung.maxKilobits}k`, of('bufsize'), `${rung.bufferKilobits}k`],
    ...[of('level'), (rung.level / 10).toFixed(1)],
  ];
}

/**
 * Fragmented MP4 in segments. Nothing shifts the clock and nothing is written as an edit, so that renditions agree to the tick;
 * `frag_discont` lets a chunk's decode times go on where the chunk before ended.
 */
function segmentArguments(kind: 'v' | 'a', ids: readonly string[], seconds: Fraction, firstSegment: number): readonly string[] {
  const [only = ''] = ids;
  // ffmpeg puts names in the place of `%v` only where there are several.
  const each = ids.length === 1 ? only : '%v';
  return [
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-avoid_negative_ts', 'disabled', '-muxdelay', '0'],
    ...['-f', 'hls', '-hls_time', secondsOf(seconds).toFixed(6), '-hls_list_size', `${LIST_LENGTH}`, '-hls_segment_type', 'fmp4'],
    ...['-hls_flags', 'independent_segments+temp_file', '-start_number', `${firstSegment}`],
    ...['-hls_segment_options', 'movflags=+frag_custom+dash+delay_moov+frag_discont'],
    ...['-var_stream_map', ids.map((id, place) => `${kind}:${place},name:${id}`).join(' ')],
    // Taken from where the list is; it must name its rendition wherever there are several.
    ...[
      '-hls_fmp4_init_filename',
      `../${each}/${INIT}`,
      '-hls_segment_filename',
      `${FOLDER}/${each}/s%05d.m4s`,
      `${FOLDER}/${each}/${LIST}`,
    ],
  ];
}

function pictureArguments(picture: EncodePicture, rungs: readonly EncodeRung[], threads: number): readonly string[] {
  const group = `${picture.gopFrames}`;
  return [
    ...rungs.flatMap((_, place) => ['-map', `[v${place}]`]),
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p', '-threads:v', `${threads}`],
    ...['-g', group, '-keyint_min', group, '-sc_threshold', '0', '-fps_mode', 'passthrough'],
    ...rungs.flatMap(rungArguments),
    ...segmentArguments(
      'v',
      rungs.map(({ id }) => id),
      picture.segmentSeconds,
      picture.firstSegment,
    ),
  ];
}

function soundArguments(sounds: readonly EncodeSound[], segmentSeconds: Fraction): readonly string[] {
  return [
    ...sounds.flatMap((_, place) => ['-map', `[a${place}]`]),
    ...['-c:a', 'aac', '-profile:a', 'aac_low', '-ar', '48000'],
    ...sounds.flatMap((sound, place) => [`-b:a:${place}`, `${sound.kilobits}k`]),
    ...segmentArguments(
      'a',
      sounds.map(({ id }) => id),
      segmentSeconds,
      0,
    ),
  ];
}

/** The encoder's first frame lies before what it is given, by this many samples. */
const PRIMING_SAMPLES = 1024;

/**
 * Sound stays where it was in time: gaps become silence, and small drifts of its clock are stretched. The first 21 ms give way
 * to the encoder's priming: before zero there is no time a segment can tell (ISO/IEC 14496-12 8.8.12), and players go astray.
 */
const soundGraph = (sound: EncodeSound, place: number, input: number): string =>
  `[${input}:${sound.sourceIndex}]aresample=48000:async=1000:first_pts=0,` +
  `aformat=sample_rates=48000:channel_layouts=${sound.channels === 1 ? 'mono' : 'stereo'},` +
  // However short a sound is, something of it is left.
  `apad=whole_len=${PRIMING_SAMPLES * 2},atrim=start_sample=${PRIMING_SAMPLES}[a${place}]`;

/** All that ffmpeg is told for a request, but for the program's name. A pure function. */
export function encodeArguments(
  request: Pick<EncodeRequest, 'picture' | 'sounds' | 'soundSegmentSeconds'> & { readonly stills?: Stills | undefined },
  facts: SourceFacts,
  options: { readonly threads: number; readonly limits: FfmpegLimits },
): readonly string[] {
  const { picture, sounds } = request;
  const stills = picture === undefined || request.stills?.frames.length === 0 ? undefined : request.stills;
  const rungs = byFallingSize(picture?.rungs ?? []);
  const seek = picture === undefined ? 0 : seekSeconds(picture, facts.container);
  // Sound is made of the whole source: a picture that is cut out of it is read on its own, and left when its end is reached.
  const apart = picture !== undefined && sounds.length > 0 && (seek > 0 || picture.endFrame !== undefined);
  const inputs = [
    ...readSource(options.limits, seek > 0 ? ['-ss', `${seek}`, '-noaccurate_seek'] : []),
    ...(apart ? readSource(options.limits) : []),
  ];
  const graph = [
    ...(picture === undefined ? [] : [pictureGraph(picture, rungs, stills, facts, 0)]),
    ...sounds.map((sound, place) => soundGraph(sound, place, apart ? 1 : 0)),
  ];
  return [
    ...FFMPEG,
    ...['-progress', 'pipe:1', '-stats_period', '0.5', '-copyts', '-start_at_zero'],
    ...inputs,
    ...['-filter_complex', graph.join(';')],
    ...(picture === undefined ? [] : pictureArguments(picture, rungs, options.threads)),
    ...(sounds.length === 0 ? [] : soundArguments(sounds, request.soundSegmentSeconds ?? picture?.segmentSeconds ?? FOUR_SECONDS)),
    ...(picture === undefined || stills === undefined ? [] : stillArguments(picture)),
  ];
}
