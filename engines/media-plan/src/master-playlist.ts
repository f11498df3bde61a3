import type { MediaPlan } from './media-plan.ts';
import { toNumber } from './rational.ts';
import type { Rung } from './rungs.ts';

/** bit/s of a rendition as its files are, containers included. */
export interface BitRates {
  /** RFC 8216 4.3.4.2: of the worst stretch of half to one and a half segments. */
  readonly peak: number;
  readonly average: number;
}

/** A rendition that is being made and has at least one segment. */
export interface MadeRendition {
  /** Of the plan's rung or audio rendition. */
  readonly id: string;
  /** Of its media playlist, relative to the master. */
  readonly uri: string;
  /** Measured on its finished segments; while it still grows, nothing: then the plan's caps stand in. */
  readonly bitRates?: BitRates;
}

export interface MadeSubtitles {
  readonly uri: string;
  readonly name: string;
  readonly language: string | undefined;
  readonly isDefault: boolean;
  readonly forced: boolean;
}

export interface MadeRenditions {
  readonly rungs: readonly MadeRendition[];
  readonly audio: readonly MadeRendition[];
  readonly subtitles?: readonly MadeSubtitles[];
}

/** Peak and average of a rendition's segments; undefined for none. */
export function measureBitRates(
  segments: readonly { readonly bytes: number; readonly seconds: number }[],
  targetSeconds: number,
): BitRates | undefined {
  const [bytes, seconds] = segments.reduce(([b, s], segment) => [b + segment.bytes, s + segment.seconds], [0, 0]);
  if (seconds <= 0) return undefined;
  const average = Math.ceil((bytes * 8) / seconds);
  let peak = average;
  for (let from = 0; from < segments.length; from += 1) {
    let [some, length] = [0, 0];
    for (const segment of segments.slice(from, from + 64)) {
      some += segment.bytes;
      length += segment.seconds;
      if (length > targetSeconds * 1.5) break;
      if (length >= targetSeconds * 0.5) peak = Math.max(peak, Math.ceil((some * 8) / length));
    }
    // A segment longer than one and a half targets is a stretch of its own.
    const alone = segments[from];
    if (alone !== undefined && alone.seconds > targetSeconds * 1.5) peak = Math.max(peak, Math.ceil((alone.bytes * 8) / alone.seconds));
  }
  return { peak, average };
}

/** Boxes of a segment and its samples, at 60 frames a second. */
const CONTAINER_BITS = 12_000;
/** x264 starts with a buffer that is nine tenths full. */
const FULL_BUFFER = 0.9;
/** AAC goes over its mean for a segment. */
const AUDIO_PEAK = 1.15;
/** The first rung listed is where players without a measurement begin. */
const BEGIN_AT_MOST_KILOBITS = 2_000;

/** No segment of a rung can have more: what the cap lets through in its time, and the buffer once. */
function rungBound(rung: Rung, segmentSeconds: number): number {
  return Math.ceil((rung.maxKilobits + (rung.bufferKilobits * FULL_BUFFER) / segmentSeconds) * 1000) + CONTAINER_BITS;
}

/** A quoted string (RFC 8216 4.2) has neither quotes nor line breaks, and no way to escape them. */
const quoted = (text: string): string => `"${text.replace(/["\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()}"`;
const quotedUri = (uri: string): string =>
  `"${uri.replace(/["\p{Cc}\s]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}"`;

function attributes(pairs: readonly (readonly [string, string | undefined])[]): string {
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(',');
}

const yes = (is: boolean): string => (is ? 'YES' : 'NO');

interface Sound {
  readonly line: string;
  readonly uri: string;
  readonly peak: number;
  /** Undefined until measured. */
  readonly average: number | undefined;
  readonly codecs: string;
}

function soundsOf(plan: MediaPlan, made: MadeRenditions): readonly Sound[] {
  return plan.audio.flatMap((rendition): Sound[] => {
    const track = made.audio.find((one) => one.id === rendition.id);
    if (track === undefined) return [];
    const line = attributes([
      ['TYPE', 'AUDIO'],
      ['GROUP-ID', '"audio"'],
      ['NAME', quoted(rendition.name)],
      ['LANGUAGE', rendition.language && quoted(rendition.language)],
      ['DEFAULT', yes(rendition.isDefault)],
      ['AUTOSELECT', 'YES'],
      ['CHANNELS', `"${rendition.channels}"`],
      ['URI', quotedUri(track.uri)],
    ]);
    const peak = track.bitRates?.peak ?? Math.ceil(rendition.kilobits * 1000 * AUDIO_PEAK) + CONTAINER_BITS;
    return [{ line: `#EXT-X-MEDIA:${line}`, uri: track.uri, peak, average: track.bitRates?.average, codecs: rendition.codecs }];
  });
}

const subtitleLine = (track: MadeSubtitles): string =>
  `#EXT-X-MEDIA:${attributes([
    ['TYPE', 'SUBTITLES'],
    ['GROUP-ID', '"subtitles"'],
    ['NAME', quoted(track.name)],
    ['LANGUAGE', track.language && quoted(track.language)],
    ['DEFAULT', yes(track.isDefault)],
    ['AUTOSELECT', 'YES'],
    ['FORCED', yes(track.forced)],
    ['URI', quotedUri(track.uri)],
  ])}`;

/** The best rung that a connection of two megabits plays first, then the others as they stand. */
function startFirst(rungs: readonly Rung[]): readonly Rung[] {
  const start = rungs.filter((rung) => rung.maxKilobits <= BEGIN_AT_MOST_KILOBITS).at(-1);
  return start === undefined ? rungs : [start, ...rungs.filter((rung) => rung !== start)];
}

/** The master playlist (RFC 8216) of what is being made; renditions not among `made` are not in it. Rules: SPEC.md [MP80]–[MP86]. */
export function masterPlaylist(plan: MediaPlan, made: MadeRenditions): string {
  const sounds = soundsOf(plan, made);
  const subtitles = plan.kind === 'video' ? (made.subtitles ?? []) : [];
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  if (plan.kind === 'audio') {
    for (const sound of sounds)
      lines.push(
        `#EXT-X-STREAM-INF:${attributes([
          ['BANDWIDTH', `${sound.peak}`],
          ['AVERAGE-BANDWIDTH', sound.average === undefined ? undefined : `${sound.average}`],
          ['CODECS', quoted(sound.codecs)],
        ])}`,
        sound.uri,
      );
    return `${lines.join('\n')}\n`;
  }
  lines.push(...sounds.map((sound) => sound.line), ...subtitles.map(subtitleLine));
  const soundPeak = Math.max(0, ...sounds.map((sound) => sound.peak));
  const averages = sounds.map((sound) => sound.average);
  const soundAverage = averages.some((average) => average === undefined)
    ? undefined
    : Math.max(0, ...averages.map((average) => average ?? 0));
  for (const rung of startFirst(plan.rungs)) {
    const rendition = made.rungs.find((one) => one.id === rung.id);
    if (rendition === undefined) continue;
    const { bitRates } = rendition;
    const peak = (bitRates?.peak ?? rungBound(rung, toNumber(plan.segmentSeconds))) + soundPeak;
    const average = bitRates === undefined || soundAverage === undefined ? undefined : bitRates.average + soundAverage;
    const stream = attributes([
      ['BANDWIDTH', `${peak}`],
      ['AVERAGE-BANDWIDTH', average === undefined ? undefined : `${average}`],
      ['CODECS', quoted([rung.codecs, ...new Set(sounds.map((sound) => sound.codecs))].join(','))],
      ['RESOLUTION', `${rung.width}x${rung.height}`],
      ['FRAME-RATE', toNumber(plan.picture.rate).toFixed(3)],
      ['VIDEO-RANGE', 'SDR'],
      ['AUDIO', sounds.length > 0 ? '"audio"' : undefined],
      ['SUBTITLES', subtitles.length > 0 ? '"subtitles"' : undefined],
      ['CLOSED-CAPTIONS', 'NONE'],
    ]);
    lines.push(`#EXT-X-STREAM-INF:${stream}`, rendition.uri);
  }
  return `${lines.join('\n')}\n`;
}
