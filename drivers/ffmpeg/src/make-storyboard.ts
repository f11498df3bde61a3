import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { MediaTools } from '@madang/kernel';
import type { ConfinedTools } from './confined-tools.ts';
import type { FfmpegLimits } from './limits.ts';
import { NICENESS } from './niceness.ts';
import { FOLDER } from './sandbox.ts';
import { FFMPEG, openSafely } from './source-arguments.ts';
import { takeOut } from './take-out.ts';

type StoryboardOptions = Parameters<MediaTools['storyboard']>[1];

/** Beside the sheets each tile is printed as one picture this small, which counts them. */
const COUNTER = { width: 2, height: 2 };

async function* bytesOf(parts: readonly string[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* createReadStream(part, { highWaterMark: 256 * 1024 });
}

/** See `MediaTools.storyboard`. The parts go through a pipe: nothing is copied, and the decoder sees key frames only. */
export async function makeStoryboard(
  tools: ConfinedTools,
  limits: FfmpegLimits,
  parts: readonly string[],
  options: StoryboardOptions,
): Promise<{ sheets: string[]; tiles: number }> {
  const { tile, columns, rows, folder } = options;
  let counted = 0;
  const work = path.join(folder, '.storyboard');
  await mkdir(work);
  try {
    await tools.run({
      tool: 'ffmpeg',
      niceness: NICENESS.aside,
      arguments: [
        ...FFMPEG,
        ...openSafely(limits),
        ...['-skip_frame', 'nokey', '-threads', '1', '-i', 'pipe:0'],
        '-filter_complex',
        `[0:v:0]select='not(mod(n,${options.everyKeyFrames}))',scale=${tile.width}:${tile.height},setsar=1,split=2[t][c];` +
          `[t]scale=out_range=pc,format=yuvj420p,tile=${columns}x${rows}[sheet];[c]scale=${COUNTER.width}:${COUNTER.height},format=gray[count]`,
        ...['-map', '[sheet]', '-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'image2', `${FOLDER}/sheet-%04d.jpg`],
        ...['-map', '[count]', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
      ],
      folder: work,
      seconds: limits.readSeconds,
      input: Readable.from(bytesOf(parts), { objectMode: false }),
      onOutput: (chunk) => {
        counted += chunk.length;
      },
      signal: options.signal,
    });
    const names = (await readdir(work)).filter((name) => /^sheet-\d{4,}\.jpg$/.test(name)).sort();
    for (const name of names) await takeOut(path.join(work, name), path.join(folder, name));
    return { sheets: names.map((name) => path.join(folder, name)), tiles: counted / (COUNTER.width * COUNTER.height) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
