import type { ConfinedTools } from './confined-tools.ts';
import type { FfmpegLimits } from './limits.ts';
import { collectText } from './probe-source.ts';
import { FFMPEG, readSource } from './source-arguments.ts';

const MOST_BYTES = 10_000_000;

/** See `MediaTools.subtitles`. */
export async function readSubtitles(
  tools: ConfinedTools,
  limits: FfmpegLimits,
  source: string,
  options: { readonly sourceIndex: number; readonly signal?: AbortSignal },
): Promise<string> {
  const printed = collectText(MOST_BYTES);
  await tools.run({
    tool: 'ffmpeg',
    arguments: [
      ...[...FFMPEG, '-copyts', '-start_at_zero'],
      ...readSource(limits),
      ...['-map', `0:${options.sourceIndex}`, '-map_metadata', '-1', '-c:s', 'webvtt', '-f', 'webvtt', 'pipe:1'],
    ],
    source,
    seconds: limits.readSeconds,
    onOutput: printed.add,
    signal: options.signal,
  });
  return printed.text();
}
