import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Video } from '@madang/video/contract';
import type { HttpClient } from './http-client.ts';

const run = promisify(execFile);

/** Whose films these are. */
export interface Person {
  readonly client: HttpClient;
  readonly token: string;
}

/** Runs ffmpeg with these arguments and the path to write; sources are its own generators, so nothing is brought along. */
export async function film(to: string, ...args: readonly string[]): Promise<string> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, to], { timeout: 60_000 });
  return to;
}

/** A picture that moves and a tone, as H.264 and AAC. */
export function plainFilm(to: string, options: { size?: string; rate?: string; seconds?: number } = {}): Promise<string> {
  const { size = '320x180', rate = '30', seconds = 4 } = options;
  const sources = [`testsrc2=s=${size}:r=${rate}`, 'sine=f=440:r=48000'].flatMap((source) => ['-f', 'lavfi', '-i', source]);
  return film(to, ...sources, '-t', `${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac');
}

const TUS = { 'Tus-Resumable': '1.0.0' } as const;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Creates an upload and says where it is. */
export async function openUpload(who: Person, name: string, length: number): Promise<{ id: string; location: string }> {
  const headers = { ...TUS, 'Upload-Length': `${length}`, 'Upload-Metadata': `filename ${base64(name)}` };
  const answer = await who.client.ask('/api/v1/uploads', { method: 'POST', token: who.token, headers });
  if (answer.status !== 201) throw new Error(`POST /api/v1/uploads: ${answer.status} ${answer.text}`);
  const location = answer.headers.location as string;
  return { id: location.split('/').at(-1) as string, location };
}

export async function sendBytes(who: Person, location: string, offset: number, bytes: Buffer): Promise<void> {
  const headers = { ...TUS, 'Upload-Offset': `${offset}`, 'Content-Type': 'application/offset+octet-stream' };
  const answer = await who.client.ask(location, { method: 'PATCH', token: who.token, headers, raw: bytes });
  if (answer.status !== 204) throw new Error(`PATCH ${location}: ${answer.status} ${answer.text}`);
}

/** Uploads a file in pieces. */
export async function upload(who: Person, path: string, pieceBytes = 4_000_000): Promise<string> {
  const bytes = await readFile(path);
  const { id, location } = await openUpload(who, path.split('/').at(-1) as string, bytes.length);
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    await sendBytes(who, location, offset, bytes.subarray(offset, offset + pieceBytes));
  }
  return id;
}

export async function createVideo(who: Person, uploadId: string, given: object = {}): Promise<Video> {
  const body = { uploadId, title: 'A film', visibility: 'public', ...given };
  const answer = await who.client.ask('/api/v1/videos', { body, token: who.token });
  if (answer.status !== 201) throw new Error(`POST /api/v1/videos: ${answer.status} ${answer.text}`);
  return answer.json<Video>();
}

/** Reads the video until it is as asked. Fails with what it last was. */
export async function videoUntil(who: Person, videoId: string, is: (video: Video) => boolean, seconds = 60): Promise<Video> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await who.client.ask(`/api/v1/videos/${videoId}`, { token: who.token });
    if (answer.status !== 200) throw new Error(`GET video: ${answer.status} ${answer.text}`);
    const video = answer.json<Video>();
    if (is(video)) return video;
    if (Date.now() > end) throw new Error(`after ${seconds} s the video is ${JSON.stringify(video, undefined, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const settled = (video: Video): boolean => video.status === 'ready' || video.status === 'failed';

export interface Rendition {
  readonly uri: string;
  readonly segments: readonly { readonly uri: string; readonly seconds: number }[];
  readonly ended: boolean;
  /** Initialization segment and all the segments, one after another: a file that decoders read. */
  readonly bytes: Buffer;
}

/** Fetches a master playlist and all that it leads to. */
export async function fetchHls(client: HttpClient, hls: string): Promise<{ master: string; renditions: Map<string, Rendition> }> {
  const get = async (path: string) => {
    const answer = await client.ask(path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
    return answer;
  };
  const master = (await get(hls)).text;
  const at = (from: string, to: string): string => new URL(to, `http://host${from}`).pathname;
  const named = [...master.matchAll(/URI="([^"]+\.m3u8)"/g)].map((match) => match[1] as string);
  const listed = master.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const renditions = new Map<string, Rendition>();
  for (const uri of [...listed, ...named]) {
    const path = at(hls, uri);
    const text = (await get(path)).text;
    if (!text.includes('#EXT-X-MAP')) continue;
    const init = /#EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1] as string;
    const segments = [...text.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map((match) => ({
      seconds: Number(match[1]),
      uri: match[2] as string,
    }));
    const parts: Buffer[] = [(await get(at(path, init))).bytes];
    for (const segment of segments) parts.push((await get(at(path, segment.uri))).bytes);
    renditions.set(uri.split('/')[0] as string, { uri, segments, ended: text.includes('#EXT-X-ENDLIST'), bytes: Buffer.concat(parts) });
  }
  return { master, renditions };
}

/** Decodes every frame of a file; what ffmpeg complains of, and how many pictures there are. */
export async function decodeAll(path: string): Promise<{ frames: number; complaints: string }> {
  const { stderr } = await run('ffmpeg', ['-v', 'warning', '-nostdin', '-i', path, '-f', 'null', '-'], { timeout: 60_000 });
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-count_frames',
    '-show_entries',
    'stream=nb_read_frames',
    '-of',
    'csv=p=0',
    path,
  ]);
  return { frames: Number.parseInt(stdout, 10), complaints: stderr };
}
