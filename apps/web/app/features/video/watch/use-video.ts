import { useCallback, useEffect, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { usePage } from '../../../shell/page.ts';
import type { Video } from '../player/use-player.ts';
import { isSettled } from './settled.ts';

/** For who has no socket here, and for when it is silent. */
const ASK_MS = { nobody: 5_000, person: 15_000 } as const;

/** The video as the loader brought it, read again while something of it is still being made. */
export function useVideo(loaded: Video): { video: Video; read: () => void } {
  const { person } = usePage();
  const [video, setVideo] = useState(loaded);
  useEffect(() => setVideo(loaded), [loaded]);
  const read = useCallback(() => {
    api('GET /api/v1/videos/:videoId', { params: { videoId: loaded.id } }).then(setVideo, (error: unknown) => {
      // The next turn asks again; what is on the page still holds.
      if (!(error instanceof ApiProblem)) throw error;
    });
  }, [loaded.id]);
  const making = !isSettled(video);
  const every = person === null ? ASK_MS.nobody : ASK_MS.person;
  useEffect(() => {
    if (!making) return;
    // A page that others saw before may be a minute old.
    read();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') read();
    }, every);
    return () => clearInterval(timer);
  }, [making, every, read]);
  return { video, read };
}
