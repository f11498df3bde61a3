import type { AudioTrack, SubtitleTrack } from './source-probe.ts';

/** One sound of the film, encoded once for the whole source: AAC-LC at 48 kHz. */
export interface AudioRendition {
  /** `audio`, `audio-2` …: unique in its plan; the name of its folder. */
  readonly id: string;
  readonly sourceIndex: number;
  readonly channels: 1 | 2;
  /** The source has more than two channels, which are mixed down. */
  readonly downmixed: boolean;
  readonly sampleRate: 48_000;
  readonly kilobits: number;
  /** RFC 6381. */
  readonly codecs: 'mp4a.40.2';
  readonly language: string | undefined;
  /** For people; unique in its plan. */
  readonly name: string;
  readonly isDefault: boolean;
}

/** A text track of the source that becomes WebVTT. */
export interface SubtitlePlan {
  readonly id: string;
  readonly sourceIndex: number;
  readonly language: string | undefined;
  readonly name: string;
  readonly forced: boolean;
}

const MONO_KILOBITS = 96;
const STEREO_KILOBITS = 128;
/** Where there is no picture the sound is the whole, and has the bits. */
const STEREO_ALONE_KILOBITS = 160;

/** Names as they are, the second of its name with a 2. */
function uniqueNames(wanted: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return wanted.map((name) => {
    let unique = name;
    for (let nth = 2; taken.has(unique); nth += 1) unique = `${name} ${nth}`;
    taken.add(unique);
    return unique;
  });
}

const numbered = (name: string, place: number): string => (place === 0 ? name : `${name}-${place + 1}`);

/** The default sound first, then one of each further language that is named (SPEC.md [MP50]–[MP52]). */
export function planAudio(
  tracks: readonly AudioTrack[],
  options: { readonly alone: boolean; readonly atMost: number },
): readonly AudioRendition[] {
  const chosen = tracks.filter((track, place) => {
    if (place === 0) return true;
    const earlier = tracks.slice(0, place).some((other) => other.language === track.language);
    return !options.alone && track.language !== undefined && !earlier;
  });
  const kept = chosen.slice(0, options.atMost);
  const names = uniqueNames(kept.map((track) => track.title ?? track.language ?? 'Audio'));
  return kept.map((track, place) => {
    const stereo = options.alone ? STEREO_ALONE_KILOBITS : STEREO_KILOBITS;
    return {
      id: numbered('audio', place),
      sourceIndex: track.index,
      channels: track.channels === 1 ? 1 : 2,
      downmixed: track.channels > 2,
      sampleRate: 48_000,
      kilobits: track.channels === 1 ? MONO_KILOBITS : stereo,
      codecs: 'mp4a.40.2',
      language: track.language,
      name: names[place] ?? track.title ?? 'Audio',
      isDefault: place === 0,
    };
  });
}

const MAX_SUBTITLES = 16;

export function planSubtitles(tracks: readonly SubtitleTrack[]): readonly SubtitlePlan[] {
  const kept = tracks.slice(0, MAX_SUBTITLES);
  const names = uniqueNames(kept.map((track) => track.title ?? track.language ?? 'Subtitles'));
  return kept.map((track, place) => ({
    id: numbered('subtitles', place),
    sourceIndex: track.index,
    language: track.language,
    name: names[place] ?? 'Subtitles',
    forced: track.forced,
  }));
}
