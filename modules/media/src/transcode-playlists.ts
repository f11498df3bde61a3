import {
  joinChunks,
  type MadeChunk,
  type MadeRendition,
  type MadeSubtitles,
  type MediaPlan,
  masterPlaylist,
  measureBitRates,
  mediaPlaylist,
  type Segment,
  toNumber,
} from '@madang/media-plan';
import { captionsFile, INIT, MASTER, segmentName } from './asset-keys.ts';
import { SOUNDS, soundUnit, unitsOf } from './transcode-units.ts';

/** A segment as its chunk's row keeps it. */
export type KeptSegment = readonly [seconds: number, bytes: number];

export interface MadeUnit {
  readonly wave: number;
  readonly chunk: number;
  readonly state: 'waiting' | 'running' | 'done';
  readonly segments: Readonly<Record<string, readonly KeptSegment[]>>;
}

/** Captions as the master names them. */
export interface ShownCaptions {
  readonly id: string;
  readonly language: string;
  readonly name: string;
}

export interface Playlists {
  /** By file name below the version's folder; the master is last, and only there when the film can be played. */
  readonly files: ReadonlyMap<string, string>;
  readonly playable: boolean;
  /** A rung of the plan is not in the master yet. */
  readonly growing: boolean;
  /** Everything is made. */
  readonly whole: boolean;
  /** Length of the longest rendition so far. */
  readonly seconds: number;
  /** A unit that says it is done and cannot be: it must be made again. */
  readonly torn: { readonly wave: number; readonly chunk: number } | undefined;
  /** Renditions of which nothing came out though everything was read: the source promises what it does not hold. */
  readonly missing: readonly string[];
}

interface Rendition {
  readonly id: string;
  readonly segments: readonly KeptSegment[];
  readonly ended: boolean;
}

const listed = (segments: readonly KeptSegment[]): Segment[] =>
  segments.map(([seconds], index) => ({ uri: segmentName(index), seconds, init: INIT }));

function joinRung(plan: Extract<MediaPlan, { kind: 'video' }>, id: string, units: readonly MadeUnit[]) {
  const made = new Map<number, MadeChunk>(
    units.map((unit) => [unit.chunk, { segments: listed(unit.segments[id] ?? []), done: unit.state === 'done' }]),
  );
  const joined = joinChunks(plan.chunks, made);
  const kept = plan.chunks.flatMap((chunk) => {
    const own = units.find((unit) => unit.chunk === chunk.index)?.segments[id] ?? [];
    return chunk.isLast ? own : own.slice(0, chunk.segments);
  });
  return { rendition: { id, segments: kept.slice(0, joined.segments.length), ended: joined.ended }, torn: joined.torn };
}

const subtitlesOf = (captions: readonly ShownCaptions[]): MadeSubtitles[] =>
  captions.map(({ id, language, name }) => ({
    uri: captionsFile(id, 'index.m3u8'),
    name,
    language,
    isDefault: false,
    forced: false,
  }));

/**
 * The playlists of what is made so far. A film can be played when every rung of its first wave and every sound has its first
 * segment; a later wave is named once all of its rungs have theirs.
 */
export function playlistsOf(plan: MediaPlan, units: readonly MadeUnit[], captions: readonly ShownCaptions[]): Playlists {
  const targetSeconds = Math.round(toNumber(plan.segmentSeconds));
  const forSounds = soundUnit(plan);
  const soundRow = units.find((unit) => unit.wave === forSounds.wave && unit.chunk === forSounds.chunk);
  const sounds = plan.audio.map(({ id }): Rendition => ({ id, segments: soundRow?.segments[id] ?? [], ended: soundRow?.state === 'done' }));
  let torn: Playlists['torn'];
  const waves = plan.kind === 'video' ? plan.waves : [];
  const rungsByWave = waves.map((ids, wave) =>
    ids.map((id): Rendition => {
      if (plan.kind === 'audio') return { id, segments: [], ended: false };
      const own = units.filter((unit) => unit.wave === wave && unit.chunk !== SOUNDS);
      const { rendition, torn: tornChunk } = joinRung(plan, id, own);
      if (tornChunk !== undefined) torn ??= { wave, chunk: tornChunk };
      return rendition;
    }),
  );

  const begun = (renditions: readonly Rendition[]): boolean => renditions.every(({ segments }) => segments.length > 0);
  const shownWaves = rungsByWave.filter(begun);
  const firstWave = rungsByWave[0] ?? [];
  const playable = begun(sounds) && begun(firstWave) && sounds.length + firstWave.length > 0;
  const done = unitsOf(plan).every(({ wave, chunk }) => units.find((unit) => unit.wave === wave && unit.chunk === chunk)?.state === 'done');
  const rungs = rungsByWave.flat();
  const lengthOf = ({ segments }: Rendition): number => segments.reduce((sum, [seconds]) => sum + seconds, 0);
  const seconds = Math.max(0, ...[...sounds, ...rungs].map(lengthOf));
  const whole = done && torn === undefined && playable && rungs.every(({ ended }) => ended);
  const missing = done ? [...sounds, ...rungs].filter(({ segments }) => segments.length === 0).map(({ id }) => id) : [];

  const files = new Map<string, string>();
  for (const { id, segments, ended } of [...sounds, ...rungs]) {
    if (segments.length > 0) files.set(`${id}/index.m3u8`, mediaPlaylist(listed(segments), { ended, targetSeconds }));
  }
  const entry = ({ id, segments, ended }: Rendition): MadeRendition => {
    const bitRates = ended
      ? measureBitRates(
          segments.map(([seconds, bytes]) => ({ seconds, bytes })),
          targetSeconds,
        )
      : undefined;
    return { id, uri: `${id}/index.m3u8`, ...(bitRates && { bitRates }) };
  };
  if (playable) {
    const made = { rungs: shownWaves.flat().map(entry), audio: sounds.map(entry), subtitles: subtitlesOf(captions) };
    files.set(MASTER, masterPlaylist(plan, made));
  }
  return { files, playable, growing: shownWaves.length < waves.length, whole, seconds, torn, missing };
}

export const bytesOf = (units: readonly MadeUnit[]): number =>
  units.flatMap((unit) => Object.values(unit.segments).flat()).reduce((sum, [, bytes]) => sum + bytes, 0);
