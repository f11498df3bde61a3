import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A film of half a minute takes a few seconds; a machine that needs longer than this has other trouble. */
const LONGEST_MS = 180_000;

/** Draws a film with ffmpeg's generators into an MP4 at `to`. Nothing from outside is read. One thread: the demo must not be in anyone's way. */
export async function makeFilm(
  film: { readonly picture: string; readonly sound: string; readonly seconds: number },
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const inputs = [film.picture, film.sound].flatMap((source) => ['-f', 'lavfi', '-i', source]);
  const picture = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-pix_fmt', 'yuv420p', '-threads', '1'];
  const sound = ['-c:a', 'aac', '-b:a', '128k'];
  await run(
    'ffmpeg',
    ['-v', 'error', '-nostdin', '-y', ...inputs, '-t', `${film.seconds}`, ...picture, ...sound, '-movflags', '+faststart', to],
    { signal, timeout: LONGEST_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 },
  );
}
