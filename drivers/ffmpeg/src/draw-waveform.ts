import type { MediaTools } from '@madang/kernel';
import type { ConfinedTools } from './confined-tools.ts';
import type { FfmpegLimits } from './limits.ts';
import { NICENESS } from './niceness.ts';
import { FFMPEG, readSource } from './source-arguments.ts';

type WaveformOptions = Parameters<MediaTools['waveform']>[1];

/** Enough to see where it is loud. */
const SAMPLES_A_SECOND = 8_000;

/** Takes 16-bit samples as they come, however they are cut, and keeps the loudest of each stretch. */
export function createPeaks(points: number, samplesEach: number): { add(chunk: Buffer): void; peaks: Uint8Array } {
  const peaks = new Uint8Array(points);
  let heard = 0;
  let odd: number | undefined;
  const hear = (sample: number): void => {
    const point = Math.floor(heard++ / samplesEach);
    if (point >= points) return;
    const loudness = Math.min(255, Math.round(Math.abs(sample) / 128.5));
    if (loudness > (peaks[point] ?? 0)) peaks[point] = loudness;
  };
  return {
    peaks,
    add(chunk) {
      let at = 0;
      if (odd !== undefined && chunk.length > 0) {
        hear((((chunk[0] ?? 0) << 24) >> 16) | odd);
        odd = undefined;
        at = 1;
      }
      for (; at + 1 < chunk.length; at += 2) hear(chunk.readInt16LE(at));
      if (at < chunk.length) odd = chunk[at];
    },
  };
}

/** See `MediaTools.waveform`. Memory does not grow with the length. */
export async function drawWaveform(
  tools: ConfinedTools,
  limits: FfmpegLimits,
  source: string,
  options: WaveformOptions,
): Promise<Uint8Array> {
  const { seconds, points } = options;
  if (!(seconds > 0) || !(points > 0)) throw new RangeError('a waveform needs seconds and points');
  const drawn = createPeaks(points, (SAMPLES_A_SECOND * seconds) / points);
  await tools.run({
    tool: 'ffmpeg',
    niceness: NICENESS.aside,
    arguments: [
      ...[...FFMPEG, '-copyts', '-start_at_zero'],
      ...readSource(limits),
      ...['-map', `0:${options.sourceIndex}`, '-af', `aresample=${SAMPLES_A_SECOND}:async=1000:first_pts=0`],
      ...['-ac', '1', '-ar', `${SAMPLES_A_SECOND}`, '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'],
    ],
    source,
    seconds: limits.readSeconds,
    onOutput: drawn.add,
    signal: options.signal,
  });
  return drawn.peaks;
}
