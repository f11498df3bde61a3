import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { FilmFrame, MediaTools } from '@madang/kernel';
import type { ConfinedTools } from './confined-tools.ts';
import { fitFilter, toneMapFilters } from './filters.ts';
import type { FfmpegLimits } from './limits.ts';
import { NICENESS } from './niceness.ts';
import { GRAY, GRAY_BYTES, jpegSize, measureFrame } from './picture-measures.ts';
import type { SourceFacts } from './probe-source.ts';
import { FOLDER } from './sandbox.ts';
import { FFMPEG, readSource } from './source-arguments.ts';
import { takeOut } from './take-out.ts';

type FrameOptions = Parameters<MediaTools['frames']>[1];

/** File names count these. */
const TICKS_A_SECOND = 1_000;
/** A key frame is as good as the frame asked for when it is this near, as a share of the way to the next one asked for. */
const NEAR_ENOUGH = 0.5;
const LEAST_TOLERANCE_SECONDS = 0.1;
/** How far before the time a container without an index is read, where seeking led behind its last key frame. */
const RUN_UP_SECONDS = 12;

/** See `MediaTools.frames`. Key frames where they are near enough, for they need no decoding of what lies before them. */
export async function takeFrames(
  tools: ConfinedTools,
  limits: FfmpegLimits,
  source: string,
  facts: SourceFacts,
  options: FrameOptions,
): Promise<FilmFrame[]> {
  const times = [...options.atSeconds].filter((at) => Number.isFinite(at) && at >= 0 && at < facts.seconds);
  const sorted = [...times].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, place) => at - (sorted[place] ?? 0));
  const tolerance = Math.max(LEAST_TOLERANCE_SECONDS, Math.min(...gaps.filter((gap) => gap > 0), facts.seconds / 4) * NEAR_ENOUGH);
  const frames: FilmFrame[] = [];
  for (const [place, at] of times.entries()) {
    const shot = { tools, limits, source, options, name: `frame-${place}`, at };
    const quick = await takeFrame({ ...shot, exact: false });
    const near = quick !== undefined && Math.abs(quick.atSeconds - at) <= tolerance;
    const taken = near ? quick : ((await takeFrame({ ...shot, exact: true })) ?? (await takeFrame({ ...shot, exact: true, runUp: true })));
    if (taken !== undefined) frames.push(taken);
  }
  return frames;
}

interface Shot {
  readonly tools: ConfinedTools;
  readonly limits: FfmpegLimits;
  readonly source: string;
  readonly options: FrameOptions;
  readonly name: string;
  readonly at: number;
  /** The frame shown at that time; else the key frame before it. */
  readonly exact: boolean;
  /** Everything is decoded from well before the time on. */
  readonly runUp?: boolean;
}

async function takeFrame({ tools, limits, source, options, name, at, exact, runUp = false }: Shot): Promise<FilmFrame | undefined> {
  const work = path.join(options.folder, `${name}.work`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work);
  const gray: Buffer[] = [];
  const from = runUp ? Math.max(0, at - RUN_UP_SECONDS) : at;
  const picture = [
    ...(runUp ? [`trim=start=${at.toFixed(3)}`] : []),
    fitFilter(options.longSide),
    ...(options.toneMap === undefined ? [] : toneMapFilters(options.toneMap)),
  ];
  try {
    await tools.run({
      tool: 'ffmpeg',
      niceness: NICENESS.aside,
      arguments: [
        ...[...FFMPEG, '-copyts', '-start_at_zero'],
        ...readSource(limits, ['-threads', '2', '-ss', from.toFixed(3), ...(exact ? [] : ['-noaccurate_seek'])]),
        '-filter_complex',
        `[0:${options.sourceIndex}]${picture.join(',')},split=2[p][s];` +
          `[p]scale=out_range=pc,format=yuvj420p[jpeg];[s]scale=${GRAY.width}:${GRAY.height}:out_range=pc,format=gray[gray]`,
        ...['-map', '[jpeg]', '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '3', '-fps_mode', 'passthrough'],
        ...['-enc_time_base', `1:${TICKS_A_SECOND}`, '-f', 'image2', '-frame_pts', '1', `${FOLDER}/%d.jpg`],
        ...['-map', '[gray]', '-frames:v', '2', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
      ],
      source,
      folder: work,
      seconds: limits.lookSeconds,
      onOutput: (chunk) => gray.push(chunk),
      signal: options.signal,
    });
    const [file] = (await readdir(work)).filter((entry) => /^\d+\.jpg$/.test(entry));
    const pixels = Buffer.concat(gray);
    if (file === undefined || pixels.length < GRAY_BYTES) return undefined;
    const taken = path.join(options.folder, `${name}.jpg`);
    await takeOut(path.join(work, file), taken);
    const size = jpegSize(await readFile(taken));
    if (size === undefined) return undefined;
    const [shown, after] = [pixels.subarray(0, GRAY_BYTES), pixels.subarray(GRAY_BYTES, 2 * GRAY_BYTES)];
    return {
      atSeconds: Number.parseInt(file, 10) / TICKS_A_SECOND,
      path: taken,
      ...size,
      ...measureFrame(shown, after),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
