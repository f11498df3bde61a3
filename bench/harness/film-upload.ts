import { readFile } from 'node:fs/promises';
import type { Video } from '@madang/video/contract';
import { createVideo, openUpload, sendBytes } from '../../tests/harness/films.ts';
import type { SignedIn } from '../../tests/harness/start-test-madang.ts';

/** As the browser sends them. */
const PIECE_BYTES = 16 * 1024 * 1024;

export interface UploadedFilm {
  readonly video: Video;
  /** When the last byte was acknowledged, of `Date.now` and of `performance.now`. */
  readonly clock: number;
  readonly since: number;
}

/** Uploads a file as the studio does: the video is there before its last byte. */
export async function uploadFilm(who: SignedIn, file: string): Promise<UploadedFilm> {
  const bytes = await readFile(file);
  const { id, location } = await openUpload(who, 'film.mp4', bytes.length);
  const video = await createVideo(who, id, { title: 'A film that is measured' });
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) await sendBytes(who, location, at, bytes.subarray(at, at + PIECE_BYTES));
  return { video, clock: Date.now(), since: performance.now() };
}

export async function removeFilm(who: SignedIn, videoId: string): Promise<void> {
  const answer = await who.client.ask(`/api/v1/videos/${videoId}`, { method: 'DELETE', token: who.token });
  if (answer.status !== 204) throw new Error(`DELETE video: ${answer.status} ${answer.text}`);
}
