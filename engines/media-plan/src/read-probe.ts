import { parseRational, type Rational, rational } from './rational.ts';
import { isReadableAudio, isReadableVideo, isTextSubtitle, READABLE_CONTAINERS } from './readable-formats.ts';
import {
  type AudioTrack,
  type ProbeRefusal,
  SOURCE_LIMITS,
  type SourceLimits,
  type SourceProbe,
  type SubtitleTrack,
  type VideoTrack,
} from './source-probe.ts';
import { cleanText, languageTag } from './track-labels.ts';

export interface ReadProbeOptions {
  readonly limits?: SourceLimits;
  /**
   * The length in seconds found by walking the packets, for sources whose header does not tell it (recordings of browsers):
   * asked for by the refusal `duration_unknown`.
   */
  readonly measuredSeconds?: number;
}

const MAX_STREAMS = 64;
const ONE = rational(1);
/** Beyond this a sample aspect ratio is damage, not intention: the widest in use are below 3. */
const MAX_SAMPLE_ASPECT = 4;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A finite number from ffprobe's numbers and number texts. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string' && (value === '' || value.length > 40)) return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function positiveInteger(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

const isSet = (stream: Fields, disposition: string): boolean => numberOf(fieldsOf(stream.disposition)[disposition]) === 1;
const codecOf = (stream: Fields): string => cleanText(stream.codec_name, 40) ?? 'unknown';
const tagsOf = (stream: Fields): Fields => fieldsOf(stream.tags);

function indexOf(stream: Fields): number {
  const index = numberOf(stream.index);
  return index !== undefined && Number.isInteger(index) && index >= 0 && index < 10_000 ? index : -1;
}

/** Matroska keeps the length of a track as the tag `DURATION`: `00:01:02.500000000`. */
function taggedSeconds(value: unknown): number | undefined {
  const match = typeof value === 'string' && value.length <= 40 ? /^(\d{1,4}):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(value) : null;
  return match === null ? undefined : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

function rotationOf(stream: Fields): VideoTrack['rotation'] {
  const sideData = Array.isArray(stream.side_data_list) ? stream.side_data_list.slice(0, 16) : [];
  const matrix = sideData.map((entry) => numberOf(fieldsOf(entry).rotation)).find((angle) => angle !== undefined);
  // The display matrix counts against the clock, the older tag with it.
  const clockwise = matrix !== undefined ? -matrix : (numberOf(tagsOf(stream).rotate) ?? 0);
  const quarters = (((Math.round(clockwise / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
  return ([0, 90, 180, 270] as const)[quarters];
}

function sampleAspectOf(stream: Fields): Rational {
  const aspect = parseRational(stream.sample_aspect_ratio, ':') ?? ONE;
  const ratio = aspect.numerator / aspect.denominator;
  return ratio > MAX_SAMPLE_ASPECT || ratio < 1 / MAX_SAMPLE_ASPECT ? ONE : aspect;
}

function transferOf(stream: Fields): VideoTrack['transfer'] {
  if (stream.color_transfer === 'smpte2084') return 'pq';
  return stream.color_transfer === 'arib-std-b67' ? 'hlg' : 'sdr';
}

function readVideo(stream: Fields, width: number, height: number, endSeconds: number): VideoTrack {
  return {
    index: indexOf(stream),
    codec: codecOf(stream),
    width,
    height,
    sampleAspect: sampleAspectOf(stream),
    rotation: rotationOf(stream),
    averageRate: parseRational(stream.avg_frame_rate, '/'),
    baseRate: parseRational(stream.r_frame_rate, '/'),
    pixelFormat: cleanText(stream.pix_fmt, 40) ?? 'unknown',
    transfer: transferOf(stream),
    interlaced: typeof stream.field_order === 'string' && ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order),
    endSeconds,
  };
}

function readAudio(stream: Fields): AudioTrack {
  const tags = tagsOf(stream);
  return {
    index: indexOf(stream),
    codec: codecOf(stream),
    channels: positiveInteger(stream.channels) ?? 2,
    sampleRate: positiveInteger(stream.sample_rate) ?? 48_000,
    language: languageTag(tags.language),
    title: cleanText(tags.title, 80),
  };
}

function readSubtitle(stream: Fields): SubtitleTrack {
  const tags = tagsOf(stream);
  return {
    index: indexOf(stream),
    codec: codecOf(stream),
    language: languageTag(tags.language),
    title: cleanText(tags.title, 80),
    forced: isSet(stream, 'forced'),
  };
}

/** When the picture ends, in seconds from the start of the source; the source's own end where the track does not tell. */
function videoEnd(stream: Fields, format: Fields, durationSeconds: number): number {
  const length = numberOf(stream.duration) ?? taggedSeconds(tagsOf(stream).DURATION);
  if (length === undefined || length <= 0) return durationSeconds;
  const late = (numberOf(stream.start_time) ?? 0) - (numberOf(format.start_time) ?? 0);
  return Math.min(length + Math.max(0, late), durationSeconds);
}

function durationOf(streams: readonly Fields[], format: Fields, measured: number | undefined): number | undefined {
  const lengths = streams.map((stream) => numberOf(stream.duration) ?? taggedSeconds(tagsOf(stream).DURATION));
  const longest = Math.max(0, ...lengths.filter((length) => length !== undefined));
  return [measured, numberOf(format.duration), longest].find((seconds) => seconds !== undefined && Number.isFinite(seconds) && seconds > 0);
}

const refuse = (refused: ProbeRefusal): { readonly refused: ProbeRefusal } => ({ refused });

/**
 * Reads the answer of `ffprobe -show_format -show_streams -of json`, parsed. The answer describes a stranger's file, so
 * nothing in it is believed without a look; this never throws. Rules: SPEC.md [MP1]–[MP9].
 */
export function readProbe(json: unknown, options: ReadProbeOptions = {}): SourceProbe | { readonly refused: ProbeRefusal } {
  const limits = options.limits ?? SOURCE_LIMITS;
  const answer = fieldsOf(json);
  const format = fieldsOf(answer.format);
  const container = cleanText(format.format_name, 80);
  if (!Array.isArray(answer.streams) || container === undefined) return refuse({ code: 'not_media', values: {} });
  if (!container.split(',').every((name) => READABLE_CONTAINERS.has(name)))
    return refuse({ code: 'unsupported_container', values: { container } });

  const streams = answer.streams
    .slice(0, MAX_STREAMS)
    .map(fieldsOf)
    .filter((stream) => indexOf(stream) >= 0);
  const pictures = streams.filter((stream) => stream.codec_type === 'video');
  const films = pictures.filter((stream) => !isSet(stream, 'attached_pic') && !isSet(stream, 'timed_thumbnails'));
  const sounds = streams.filter((stream) => stream.codec_type === 'audio');
  if (films.length === 0 && sounds.length === 0) return refuse({ code: pictures.length > 0 ? 'only_pictures' : 'no_streams', values: {} });

  const readableFilms = films.filter((stream) => isReadableVideo(codecOf(stream)));
  const film = readableFilms.find((stream) => isSet(stream, 'default')) ?? readableFilms[0];
  if (film === undefined && films[0] !== undefined)
    return refuse({ code: 'unsupported_codec', values: { kind: 'video', codec: codecOf(films[0]) } });
  const readableSounds = sounds.filter((stream) => isReadableAudio(codecOf(stream)));
  if (readableSounds.length === 0 && sounds[0] !== undefined)
    return refuse({ code: 'unsupported_codec', values: { kind: 'audio', codec: codecOf(sounds[0]) } });

  const used = film === undefined ? readableSounds : [film, ...readableSounds];
  const durationSeconds = durationOf(used, format, options.measuredSeconds);
  if (durationSeconds === undefined) return refuse({ code: 'duration_unknown', values: {} });
  if (durationSeconds > limits.maxSeconds)
    return refuse({ code: 'too_long', values: { seconds: durationSeconds, maxSeconds: limits.maxSeconds } });

  let video: VideoTrack | undefined;
  if (film !== undefined) {
    const [width, height] = [positiveInteger(film.width), positiveInteger(film.height)];
    if (width === undefined || height === undefined) return refuse({ code: 'size_unknown', values: {} });
    if (Math.max(width, height) > limits.maxSide) return refuse({ code: 'too_large', values: { width, height, maxSide: limits.maxSide } });
    video = readVideo(film, width, height, videoEnd(film, format, durationSeconds));
  }
  const byDefault = [...readableSounds].sort((a, b) => Number(isSet(b, 'default')) - Number(isSet(a, 'default')));
  const captions = streams.filter((stream) => stream.codec_type === 'subtitle' && isTextSubtitle(codecOf(stream)));
  return { container, durationSeconds, video, audio: byDefault.map(readAudio), subtitles: captions.map(readSubtitle) };
}
