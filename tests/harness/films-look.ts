import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fetchHls, type Rendition } from './films.ts';
import type { HttpClient } from './http-client.ts';

/** A rendition, decoded from its first byte to its last. */
export interface Decoded extends Rendition {
  /** Frames of the picture, or of the sound. */
  readonly frames: number;
  /** Seconds at which a decoder may begin. */
  readonly keys: readonly number[];
  /** Seconds of what is in it, and when it begins. */
  readonly seconds: number;
  readonly begins: number;
  /** As ffprobe names them; those of a picture are absent from a sound. */
  readonly width?: number;
  readonly height?: number;
  readonly pix_fmt?: string;
  readonly color_transfer?: string;
  readonly field_order?: string;
  readonly sample_aspect_ratio?: string;
  readonly channels?: number;
  /** What the decoder found wrong. */
  readonly complaints: string;
}

interface Probed {
  readonly streams: readonly (Pick<Decoded, 'width' | 'height' | 'channels'> & { readonly nb_read_frames: string })[];
  readonly packets: readonly { readonly pts_time: string; readonly duration_time?: string; readonly flags: string }[];
}

/** Fetches and decodes everything a master playlist leads to; `folder` is for files on the way. */
export async function decodeHls(
  client: HttpClient,
  hls: string,
  folder: string,
): Promise<{ master: string; renditions: ReadonlyMap<string, Decoded> }> {
  const { master, renditions } = await fetchHls(client, hls);
  const decoded = new Map<string, Decoded>();
  for (const [id, rendition] of renditions) decoded.set(id, await decode(rendition, `${folder}/${id}.mp4`));
  return { master, renditions: decoded };
}

async function decode(rendition: Rendition, file: string): Promise<Decoded> {
  await writeFile(file, rendition.bytes);
  const args = ['-v', 'warning', '-count_frames', '-show_streams', '-show_packets', '-of', 'json', file];
  const { stdout, stderr } = await promisify(execFile)('ffprobe', args, { timeout: 60_000, maxBuffer: 2 ** 26 });
  const { streams, packets } = JSON.parse(stdout) as Probed;
  const [stream] = streams;
  if (stream === undefined) throw new Error(`${rendition.uri} has no stream: ${stderr}`);
  const times = packets.map((packet) => Number(packet.pts_time));
  const ends = packets.map((packet) => Number(packet.pts_time) + Number(packet.duration_time ?? 0));
  return {
    ...stream,
    ...rendition,
    frames: Number(stream.nb_read_frames),
    keys: packets.filter(({ flags }) => flags.startsWith('K')).map(({ pts_time }) => Number(pts_time)),
    seconds: Math.max(...ends) - Math.min(...times),
    begins: Math.min(...times),
    complaints: stderr,
  };
}
