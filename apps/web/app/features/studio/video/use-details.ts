import type { Video } from '@madang/video/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useBeforeUnload } from 'react-router';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { changedDetails, type Details, maySave, rebaseDetails } from '../engine/details-draft.ts';
import { useKeepVideo } from './use-video.ts';

/** `written` waits for the person to stop typing, `failed` tries again by itself. */
export type SaveState = 'saved' | 'written' | 'saving' | 'failed';

const PAUSE_MS = 800;
const AGAIN_MS = 5_000;

export const detailsOf = (video: Video): Details => ({
  title: video.title,
  description: video.description,
  tags: video.tags,
  category: video.category,
  language: video.language ?? '',
  commentsOpen: video.commentsOpen,
});

/**
 * A form that saves itself: a moment after the last key, one request at a time, only the fields that were touched. What another
 * window wrote meanwhile is taken over where this one was left alone. Leaving sends what is still waiting.
 */
export function useDetails(video: Video) {
  const keep = useKeepVideo();
  const [mine, setMine] = useState<Details>(() => detailsOf(video));
  const [state, setState] = useState<SaveState>('saved');
  const [problem, setProblem] = useState<ApiProblem>();
  const now = useRef({ mine, saved: detailsOf(video), busy: false, timer: undefined as ReturnType<typeof setTimeout> | undefined });
  const latestKeep = useRef(keep);
  latestKeep.current = keep;

  const show = useCallback((next: Details) => {
    now.current.mine = next;
    setMine(next);
  }, []);

  const save = useCallback(async () => {
    const at = now.current;
    clearTimeout(at.timer);
    const changed = changedDetails(at.saved, at.mine);
    if (at.busy || Object.keys(changed).length === 0 || !maySave(at.mine)) return;
    at.busy = true;
    setState('saving');
    const { language, tags, ...rest } = changed;
    const body = {
      ...rest,
      ...(tags && { tags: [...tags] }),
      ...(language !== undefined && { language: language === '' ? null : language }),
    };
    try {
      const answer = await api('PATCH /api/v1/videos/:videoId', { params: { videoId: video.id }, body });
      // As sent, not as answered: the server tidies, and a space typed meanwhile is not to vanish under the cursor.
      at.saved = { ...at.saved, ...changed };
      setProblem(undefined);
      latestKeep.current(answer);
      at.busy = false;
      if (Object.keys(changedDetails(at.saved, at.mine)).length > 0) await save();
      else setState('saved');
    } catch (error) {
      at.busy = false;
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      setState('failed');
      if (error.status === 0 || error.status === 429 || error.status >= 500) at.timer = setTimeout(() => void save(), AGAIN_MS);
    }
  }, [video.id]);

  const set = useCallback(
    (change: Partial<Details>, at: 'soon' | 'now' = 'soon') => {
      show({ ...now.current.mine, ...change });
      clearTimeout(now.current.timer);
      setState((before) => (before === 'saving' ? before : 'written'));
      if (at === 'now') void save();
      else now.current.timer = setTimeout(() => void save(), PAUSE_MS);
    },
    [save, show],
  );

  // News of the server: what was not touched here follows it.
  useEffect(() => {
    const at = now.current;
    const theirs = detailsOf(video);
    if (at.busy) return;
    const next = rebaseDetails(at.saved, at.mine, theirs);
    at.saved = theirs;
    if (Object.keys(changedDetails(at.mine, next)).length > 0) show(next);
  }, [video, show]);
  useEffect(() => () => void save(), [save]);
  useEffect(() => {
    const again = () => void save();
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [save]);
  useBeforeUnload((event) => {
    const at = now.current;
    if (Object.keys(changedDetails(at.saved, at.mine)).length === 0) return;
    void save();
    event.preventDefault();
  });
  return { mine, set, state, problem, flush: save };
}
