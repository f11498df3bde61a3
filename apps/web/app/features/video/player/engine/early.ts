import { startOf } from './clock-text.ts';
import { localPosition } from './local-positions.ts';
import { loadSettings } from './settings.ts';
import { Stream } from './stream.ts';

/** What a server-rendered `<video data-film>` says about its film. */
export interface Film {
  readonly id: string;
  readonly hls: string;
  readonly durationSeconds: number | null;
  readonly resumeSeconds: number | null;
}

/** The last seconds are no place to go on from. */
const TAIL_SECONDS = 5;

/** Where playback begins: what the address says, where the person stopped, or the beginning. */
export function beginningOf(film: Film): number {
  const asked = startOf(location.search, location.hash);
  const resumed = asked ?? film.resumeSeconds ?? localPosition(film.id) ?? 0;
  const { durationSeconds } = film;
  return durationSeconds !== null && resumed > durationSeconds - TAIL_SECONDS ? 0 : resumed;
}

function openFilm(media: HTMLVideoElement, film: Film): Stream {
  const { bandwidth, quality } = loadSettings();
  return Stream.open(media, { url: film.hls, startSeconds: beginningOf(film), bandwidth, quality });
}

const early = new Map<HTMLVideoElement, { url: string; stream: Stream }>();
/** Elements that had their stream, early or not: none gets a second one. */
const served = new WeakSet<HTMLVideoElement>();
const LOOK_MS = 16;

/** The page came from the server with its film on it: loading begins while React is still on its way. */
export function startEarly(): void {
  const media = document.querySelector<HTMLVideoElement>('video[data-film]');
  if (media === null) {
    // This may be here before the rest of the page is.
    if (document.readyState === 'loading') setTimeout(startEarly, LOOK_MS);
    return;
  }
  if (served.has(media)) return;
  served.add(media);
  const film = JSON.parse(media.dataset.film ?? '') as Film;
  early.set(media, { url: film.hls, stream: openFilm(media, film) });
}

/** The stream of this element: the one that was begun early, or a new one. */
export function streamOf(media: HTMLVideoElement, film: Film): Stream {
  served.add(media);
  let taken: Stream | undefined;
  for (const [element, begun] of early) {
    if (element === media && begun.url === film.hls) taken = begun.stream;
    else begun.stream.close();
  }
  early.clear();
  return taken ?? openFilm(media, film);
}
