import type { Chunk } from './chunks.ts';
import type { Segment } from './media-playlist.ts';

/** What there is of a chunk, in one rung. */
export interface MadeChunk {
  readonly segments: readonly Segment[];
  /** By the executor's own mark: an end in ffmpeg's playlist does not prove it. */
  readonly done: boolean;
}

export interface JoinedChunks {
  /** From the film's beginning, without a gap. */
  readonly segments: readonly Segment[];
  /** The film is whole. */
  readonly ended: boolean;
  /** A chunk that says it is done and cannot be: it must be made again. */
  readonly torn: number | undefined;
}

const NOTHING: MadeChunk = { segments: [], done: false };

/**
 * One list of segments from chunks made in any order: up to the first hole (SPEC.md [MP64]–[MP66]).
 * @param chunks the plan's, @param made by chunk index; missing ones are not begun
 */
export function joinChunks(chunks: readonly Chunk[], made: ReadonlyMap<number, MadeChunk>): JoinedChunks {
  const segments: Segment[] = [];
  for (const chunk of chunks) {
    const part = made.get(chunk.index) ?? NOTHING;
    const wanted = chunk.isLast ? part.segments.length : chunk.segments;
    segments.push(...part.segments.slice(0, wanted));
    if (!part.done) return { segments, ended: false, torn: undefined };
    if (part.segments.length === wanted) continue;
    // Shorter than planned is right only where the source itself ended early, so that nothing came after.
    const rest = chunks.slice(chunk.index + 1).map((later) => made.get(later.index) ?? NOTHING);
    const sourceEnded = part.segments.length < wanted && rest.every((later) => later.segments.length === 0);
    if (sourceEnded) return { segments, ended: segments.length > 0 && rest.every((later) => later.done), torn: undefined };
    return { segments: segments.slice(0, chunk.firstSegment), ended: false, torn: chunk.index };
  }
  return { segments, ended: segments.length > 0, torn: undefined };
}
