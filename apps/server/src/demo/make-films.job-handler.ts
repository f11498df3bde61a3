import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobHandler } from '@madang/kernel';
import type { MediaModule } from '@madang/media';
import type { VideoModule } from '@madang/video';
import { DEMO_FILMS } from './demo-films.ts';
import type { FindDemoPerson } from './demo-module.ts';
import { makeFilm } from './make-film.ts';

/** Killed anywhere and run again it makes one video; an upload that a kill left over expires like anyone's. */
export function createHandler(deps: {
  media: Pick<MediaModule, 'uploads'>;
  video: Pick<VideoModule, 'seedVideo' | 'hasSeeded'>;
  person: FindDemoPerson;
}): JobHandler<{ key: string }> {
  return async ({ zone, signal, log }, { key }) => {
    const film = DEMO_FILMS.find((one) => one.zoneId === zone.zone.id && one.key === key);
    if (film === undefined || (await deps.video.hasSeeded(zone, key))) return;
    const owner = await deps.person(zone, film.by);
    if (owner === undefined) return;
    const folder = await mkdtemp(path.join(tmpdir(), 'madang-demo-'));
    try {
      const made = path.join(folder, `${key}.mp4`);
      await makeFilm(film, made, signal);
      const { id: uploadId } = await deps.media.uploads.take(zone, { ownerId: owner.id, name: `${key}.mp4`, path: made, signal });
      const { title, description, tags, category, language } = film;
      await deps.video.seedVideo(zone, owner, { key, uploadId, title, description, tags: [...tags], category, language });
    } catch (error) {
      log.warn({ err: error, key }, 'a film of the demo was not made');
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
