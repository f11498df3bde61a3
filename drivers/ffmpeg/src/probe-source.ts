import { stat } from 'node:fs/promises';
import { MediaToolFailure } from '@madang/kernel';
import type { ConfinedTools } from './confined-tools.ts';
import type { FfmpegLimits } from './limits.ts';
import { readProgress } from './progress.ts';
import { cleanDetail, saysTooLarge } from './run-end.ts';
import { SOURCE } from './sandbox.ts';
import { allocateSafely, FFMPEG, openSafely, readSource } from './source-arguments.ts';

/** More than any honest file has to say of itself. */
const MOST_TEXT = 8_000_000;

/** Collects what a tool prints, and stops it when that is more than `most` bytes. */
export function collectText(most: number): { add(chunk: Buffer): void; text(): string } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk) {
      bytes += chunk.length;
      if (bytes > most) throw new MediaToolFailure('too_large', `more than ${most} bytes of text`);
      chunks.push(chunk);
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

/** ffprobe's JSON. A film whose pictures were refused for their size is `too_large`, though ffprobe goes on without them. */
export async function probeSource(tools: ConfinedTools, limits: FfmpegLimits, source: string, signal?: AbortSignal): Promise<unknown> {
  const printed = collectText(MOST_TEXT);
  const complaints = await tools.run({
    tool: 'ffprobe',
    arguments: [
      ...['-hide_banner', '-v', 'error', ...allocateSafely],
      ...openSafely(limits),
      ...['-show_format', '-show_streams', '-of', 'json', '-i', SOURCE],
    ],
    source,
    seconds: limits.lookSeconds,
    onOutput: printed.add,
    signal,
  });
  let answer: unknown;
  try {
    answer = JSON.parse(printed.text());
  } catch (error) {
    throw new MediaToolFailure('unreadable', 'ffprobe did not answer', error);
  }
  if (saysTooLarge(complaints) && hasFilmWithoutSize(answer)) throw new MediaToolFailure('too_large', cleanDetail(complaints, [source]));
  return answer;
}

const hasFilmWithoutSize = (answer: unknown): boolean =>
  streamsOf(answer).some(
    ({ codec_type, width, disposition }) => codec_type === 'video' && sizeOf(width) === 0 && fieldsOf(disposition).attached_pic !== 1,
  );

/** The end of the last packet of picture or sound, in seconds from the first; nothing is decoded. */
export async function measureSource(tools: ConfinedTools, limits: FfmpegLimits, source: string, signal?: AbortSignal): Promise<number> {
  let seconds = 0;
  const progress = readProgress((values) => {
    seconds = Math.max(seconds, Number(values.get('out_time_us') ?? 0) / 1_000_000 || 0);
  });
  await tools.run({
    tool: 'ffmpeg',
    arguments: [
      ...FFMPEG,
      ...readSource(limits),
      ...['-map', '0:V?', '-map', '0:a?', '-c', 'copy', '-f', 'null', '-progress', 'pipe:1', '-'],
    ],
    source,
    seconds: limits.readSeconds,
    onOutput: progress,
    signal,
  });
  return seconds;
}

/** What the encoder must know of a source, as ffprobe tells it. */
export interface SourceFacts {
  /** `mov,mp4,…`; empty where unknown. */
  readonly container: string;
  /** Infinity where unknown. */
  readonly seconds: number;
  readonly streams: ReadonlyMap<number, StreamFacts>;
}

export interface StreamFacts {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
  readonly matrix: string;
  readonly fullRange: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const streamsOf = (answer: unknown): readonly Fields[] => {
  const { streams } = fieldsOf(answer);
  return Array.isArray(streams) ? streams.map(fieldsOf) : [];
};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const sizeOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

export function readFacts(json: unknown): SourceFacts {
  const { format_name, duration } = fieldsOf(fieldsOf(json).format);
  const seconds = Number.parseFloat(textOf(duration));
  return {
    container: textOf(format_name),
    seconds: seconds > 0 ? seconds : Number.POSITIVE_INFINITY,
    streams: new Map(
      streamsOf(json).map((stream) => [
        sizeOf(stream.index),
        {
          width: sizeOf(stream.width),
          height: sizeOf(stream.height),
          pixelFormat: textOf(stream.pix_fmt),
          matrix: textOf(stream.color_space),
          fullRange: textOf(stream.color_range) === 'pc' || textOf(stream.pix_fmt).startsWith('yuvj'),
        },
      ]),
    ),
  };
}

/** A source is probed once, then encoded chunk by chunk: the last few answers are kept while the file is the same. */
export class SourceMemory {
  readonly #known = new Map<string, { readonly version: string; readonly facts: SourceFacts }>();

  remember(source: string, version: string, facts: SourceFacts): void {
    this.#known.delete(source);
    this.#known.set(source, { version, facts });
    const [oldest] = this.#known.keys();
    if (this.#known.size > 64 && oldest !== undefined) this.#known.delete(oldest);
  }

  recall(source: string, version: string): SourceFacts | undefined {
    const known = this.#known.get(source);
    return known?.version === version ? known.facts : undefined;
  }
}

/** Changes whenever the file does. Throws `MediaToolFailure` where there is none. */
export async function versionOf(source: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(source);
    return `${ino}:${size}:${mtimeMs}`;
  } catch (error) {
    throw new MediaToolFailure('crashed', 'the source is gone', error);
  }
}
