import type { Closable, Logger, MediaTools } from '@madang/kernel';
import { ConfinedTools } from './confined-tools.ts';
import { drawWaveform } from './draw-waveform.ts';
import { encodeFilm } from './encode-film.ts';
import { DEFAULT_LIMITS, type FfmpegLimits } from './limits.ts';
import { makeStoryboard } from './make-storyboard.ts';
import { measureSource, probeSource, readFacts, type SourceFacts, SourceMemory, versionOf } from './probe-source.ts';
import { readSubtitles } from './read-subtitles.ts';
import { takeFrames } from './take-frames.ts';

export interface MediaToolsOptions {
  readonly logger: Logger;
  /** A name to look for in the system's folders, or an absolute path. */
  readonly ffmpeg?: string;
  readonly ffprobe?: string;
  /** Threads of each rung's encoder; 2 by default: more cost more than they save, since rungs are made side by side. */
  readonly threads?: number;
  readonly limits?: Partial<FfmpegLimits>;
}

/**
 * ffprobe and ffmpeg in a sandbox; they are not looked for before the first call. What a program that was killed left running is
 * ended at once; `close` kills what runs.
 */
export function createMediaTools(options: MediaToolsOptions): MediaTools & Closable {
  const limits: FfmpegLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const tools = new ConfinedTools({ logger: options.logger, limits, ffmpeg: options.ffmpeg, ffprobe: options.ffprobe });
  const memory = new SourceMemory();
  const threads = options.threads ?? 2;

  const probe = async (source: string, signal?: AbortSignal): Promise<unknown> => {
    const version = await versionOf(source);
    const answer = await probeSource(tools, limits, source, signal);
    memory.remember(source, version, readFacts(answer));
    return answer;
  };
  const factsOf = async (source: string, signal?: AbortSignal): Promise<SourceFacts> =>
    memory.recall(source, await versionOf(source)) ?? readFacts(await probe(source, signal));

  return {
    probe,
    missing: () => tools.missing(),
    measureSeconds: (source, signal) => measureSource(tools, limits, source, signal),
    encode: async (request) => encodeFilm(tools, request, await factsOf(request.source, request.signal), { threads, limits }),
    frames: async (source, wish) => takeFrames(tools, limits, source, await factsOf(source, wish.signal), wish),
    storyboard: (parts, wish) => makeStoryboard(tools, limits, parts, wish),
    waveform: (source, wish) => drawWaveform(tools, limits, source, wish),
    subtitles: (source, wish) => readSubtitles(tools, limits, source, wish),
    close: () => tools.close(),
  };
}
