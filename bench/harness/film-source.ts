import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { say } from './record.ts';
import { ROOT } from './servers.ts';

/** What a phone records at 1080p, and in proportion to the pixels below. */
const KILOBITS_AT_1080 = 12_000;
const MAKING_LIMIT_MS = 600_000;

export const widthOf = (height: number): number => Math.round((height * 16) / 9 / 2) * 2;

/** A 16:9 film of 30 frames a second with grain and a tone, H.264 and AAC, its index in front; made once and kept. */
export async function filmSource(height: number, seconds: number): Promise<string> {
  const folder = path.join(ROOT, '.cache/bench/films');
  const file = path.join(folder, `${height}p-${seconds}s.mp4`);
  if (existsSync(file)) return file;
  say(`a film of ${seconds} s at ${height}p is made`);
  mkdirSync(folder, { recursive: true });
  const picture = `testsrc2=s=${widthOf(height)}x${height}:r=30,noise=alls=8:allf=t`;
  const kilobits = Math.max(500, Math.round(KILOBITS_AT_1080 * (height / 1080) ** 2));
  await promisify(execFile)(
    'ffmpeg',
    [
      ...['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=f=440:r=48000', '-t', `${seconds}`],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', `${kilobits}k`, '-g', '60', '-pix_fmt', 'yuv420p'],
      ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-movflags', '+faststart', '-f', 'mp4', `${file}.part`],
    ],
    { timeout: MAKING_LIMIT_MS },
  );
  renameSync(`${file}.part`, file);
  return file;
}
