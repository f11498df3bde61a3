import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type EncodedSegment,
  type EncodePicture,
  type EncodeRequest,
  type EncodeRung,
  type EncodeSound,
  silentLogger,
} from '@madang/kernel';
import { createMediaTools } from './media-tools.ts';

const execute = promisify(execFile);

/** Runs a tool as it is, without a sandbox: for sources of our own and for looking at results. */
async function run(tool: 'ffmpeg' | 'ffprobe', args: readonly string[]): Promise<Buffer> {
  const { stdout } = await execute(tool, ['-v', 'error', ...args], { encoding: 'buffer', maxBuffer: 2 ** 28, timeout: 60_000 });
  return stdout;
}

/** The reason why tests must be skipped on this machine, or false. */
export async function mediaToolsMissing(): Promise<string | false> {
  const tools = createMediaTools({ logger: silentLogger });
  const missing = await tools.missing();
  await tools.close();
  return missing === undefined ? false : `${missing.what}: ${missing.command}`;
}

export interface Studio {
  /** A new empty folder. */
  folder(): Promise<string>;
  /** Makes a source once, by ffmpeg's arguments, and gives its path. */
  source(name: string, args: string): Promise<string>;
  close(): Promise<void>;
}

export async function openStudio(): Promise<Studio> {
  const root = await mkdtemp(path.join(tmpdir(), 'madang-media-'));
  const made = new Map<string, Promise<string>>();
  const make = async (name: string, args: string): Promise<string> => {
    const file = path.join(root, name);
    await run('ffmpeg', ['-nostdin', '-y', ...args.split(' '), file]);
    return file;
  };
  return {
    folder: () => mkdtemp(path.join(root, 'out-')),
    source(name, args) {
      const file = made.get(name) ?? make(name, args);
      made.set(name, file);
      return file;
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
}

export const film = (seconds: number, { size = '320x180', rate = '30' } = {}): string =>
  `-f lavfi -i testsrc2=s=${size}:r=${rate}:d=${seconds}`;
export const tone = (seconds: number): string => `-f lavfi -i sine=f=440:d=${seconds}`;
export const X264 = '-c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p';

export const rung = (id: string, width: number, height: number): EncodeRung => ({
  id,
  width,
  height,
  maxKilobits: 800,
  bufferKilobits: 1600,
  crf: 23,
  level: 31,
});
export const THREE_RUNGS = [rung('90', 160, 90), rung('180', 320, 180), rung('134', 240, 134)];
export const stereo = (sourceIndex: number): EncodeSound => ({ id: 'audio', sourceIndex, channels: 2, kilobits: 96 });

/** A film at 30 frames a second from its first stream, whole; what is given overrides. */
export const picture = (over: Partial<EncodePicture> = {}): EncodePicture => ({
  sourceIndex: 0,
  rate: { numerator: 30, denominator: 1 },
  gopFrames: 60,
  segmentSeconds: { numerator: 4, denominator: 1 },
  deinterlace: false,
  firstSegment: 0,
  startFrame: 0,
  rungs: THREE_RUNGS,
  ...over,
});
export const NTSC: Partial<EncodePicture> = {
  rate: { numerator: 30_000, denominator: 1001 },
  segmentSeconds: { numerator: 4004, denominator: 1000 },
};

export interface Encoded {
  readonly folder: string;
  readonly segments: readonly EncodedSegment[];
  /** One file of a rendition: its initialization segment and all media segments. */
  join(rendition: string, more?: readonly EncodedSegment[]): Promise<string>;
}

export async function encode(
  studio: Studio,
  request: Pick<EncodeRequest, 'source'> & Partial<EncodeRequest>,
  options: Partial<Parameters<typeof createMediaTools>[0]> = {},
): Promise<Encoded> {
  const tools = createMediaTools({ logger: silentLogger, ...options });
  const folder = await studio.folder();
  const segments: EncodedSegment[] = [];
  try {
    await tools.encode({
      folder,
      sounds: [],
      signal: new AbortController().signal,
      onSegment: async (segment) => void segments.push(segment),
      ...request,
    });
  } finally {
    await tools.close();
  }
  return {
    folder,
    segments,
    async join(rendition, more = []) {
      const own = [...segments, ...more].filter((segment) => segment.rendition === rendition);
      const joined = path.join(folder, `${rendition}-${own.length}.mp4`);
      assert.ok(own[0] !== undefined, `nothing of ${rendition}`);
      for (const file of [own[0].initPath, ...own.map((segment) => segment.path)]) await appendFile(joined, await readFile(file));
      return joined;
    },
  };
}

/** What a player would meet: every frame's time and whether it is a key frame. Any damage is an error. */
export async function framesOf(file: string): Promise<{ readonly at: number; readonly key: boolean }[]> {
  const entries = ['-err_detect', 'explode', '-select_streams', 'v', '-show_entries', 'frame=key_frame,pts_time', '-of', 'json'];
  const { frames } = JSON.parse((await run('ffprobe', [...entries, file])).toString()) as {
    frames: { key_frame: number; pts_time: string }[];
  };
  return frames.map(({ key_frame, pts_time }) => ({ at: Number(pts_time), key: key_frame === 1 }));
}

interface Stream extends Readonly<Record<string, unknown>> {
  readonly width?: number;
  readonly height?: number;
  readonly codec_name?: string;
  readonly profile?: string;
  readonly pix_fmt?: string;
  readonly color_space?: string;
  readonly sample_aspect_ratio?: string;
  readonly level?: number;
  readonly channels?: number;
  readonly sample_rate?: string;
}

export async function streamOf(file: string): Promise<Stream> {
  const { streams } = JSON.parse((await run('ffprobe', ['-show_streams', '-of', 'json', file])).toString()) as { streams: Stream[] };
  assert.ok(streams[0] !== undefined);
  return streams[0];
}

/** Every picture, small and gray: near enough to tell one from the next. */
export async function graysOf(file: string): Promise<Buffer[]> {
  const [width, height] = [64, 36];
  const raw = await run('ffmpeg', [
    '-i',
    file,
    '-vf',
    `scale=${width}:${height},format=gray`,
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-',
  ]);
  return Array.from({ length: raw.length / (width * height) }, (_, index) =>
    raw.subarray(index * width * height, (index + 1) * width * height),
  );
}

/** Samples of a sound, mono at 8 kHz, from where its clock begins. */
export async function samplesOf(file: string): Promise<Int16Array> {
  const raw = await run('ffmpeg', ['-i', file, '-af', 'aresample=8000:async=1:first_pts=0', '-ac', '1', '-f', 's16le', '-']);
  return new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length - (raw.length % 2)));
}

export const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Ids of processes whose command line names a folder: bubblewrap's, and by descent what runs inside. */
export async function processesIn(folder: string): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(all.map(async (id) => [id, await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')] as const));
  const found = new Set(lines.filter(([id, line]) => id !== process.pid && line.includes(folder)).map(([id]) => id));
  for (const id of found) {
    const children = await readFile(`/proc/${id}/task/${id}/children`, 'utf8').catch(() => '');
    for (const child of children.split(' ').filter(Boolean)) found.add(Number(child));
  }
  return [...found];
}
