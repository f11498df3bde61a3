import { useCallback, useEffect, useRef, useState } from 'react';
import { api, apiPage } from '../../../api/browser.ts';
import type { Output } from '../../../api/endpoints.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { usePage } from '../../../shell/page.ts';
import { type CommentList, hearChanges, insertSent, mergePage, newIn, replaceComment, withoutComment } from './comment-list.ts';
import type { Live } from './use-live-comments.ts';

export type Comment = Output<'GET /api/v1/videos/:videoId/comments'>['items'][number];
export type Sort = 'top' | 'newest';

/** One's own words on their way. */
export interface Pending {
  readonly clientId: string;
  readonly body: string;
  readonly state: 'sending' | 'failed';
}

export interface Comments {
  /** Undefined until there is an answer. */
  readonly items: readonly Comment[] | undefined;
  readonly pending: readonly Pending[];
  /** Others' new ones that were heard of and are not shown yet; replies are shown at once. */
  readonly fresh: number;
  readonly showFresh: () => void;
  /** The first page anew. */
  readonly reread: () => void;
  readonly more: boolean;
  readonly busy: boolean;
  readonly problem: ApiProblem | null;
  readonly next: () => void;
  readonly send: (body: string) => void;
  readonly resend: (clientId: string) => void;
  readonly discard: (clientId: string) => void;
  readonly replace: (comment: Comment) => void;
  readonly remove: (id: string) => void;
  readonly restore: (comment: Comment) => void;
}

const PAGE = 20;
const asProblem = (error: unknown): ApiProblem => {
  if (error instanceof ApiProblem) return error;
  throw error;
};

/** The comments of a video, or the replies of one, as far as they were read; one's own are there before the server has them. */
export function useComments(
  videoId: string,
  options: { parentId?: string; sort: Sort; enabled: boolean; onCount: (by: number) => void; live: Live; moderates: boolean },
): Comments {
  const { parentId, sort, enabled, onCount, live, moderates } = options;
  const personId = usePage().person?.id;
  const [list, setList] = useState<CommentList>({ items: undefined, cursor: undefined });
  const [pending, setPending] = useState<readonly Pending[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [waiting, setWaiting] = useState<readonly Comment[]>([]);
  const turn = useRef(0);
  const now = useRef({ list, sending: false });
  now.current = { list, sending: pending.some((one) => one.state === 'sending') };

  const read = useCallback(
    async (cursor: string | undefined) => {
      const mine = ++turn.current;
      setBusy(true);
      setProblem(null);
      try {
        const page = await apiPage('GET /api/v1/videos/:videoId/comments', {
          params: { videoId },
          query: { sort, limit: PAGE, ...(parentId !== undefined && { parentId }), ...(cursor !== undefined && { cursor }) },
        });
        if (mine === turn.current) setList((before) => mergePage(before, page, cursor));
      } catch (error) {
        if (mine === turn.current) setProblem(asProblem(error));
      } finally {
        if (mine === turn.current) setBusy(false);
      }
    },
    [videoId, parentId, sort],
  );
  useEffect(() => {
    if (!enabled) return;
    void read(undefined);
    return () => {
      turn.current++;
    };
  }, [enabled, read]);

  const { listen } = live;
  useEffect(
    () =>
      listen((message) => {
        const heard = { message, personId, moderates };
        const came = newIn(now.current.list, heard, parentId ?? null);
        const [own, others] = [came.filter(({ mine }) => mine), came.filter(({ mine }) => !mine)];
        // What is being sent from here is shown by its answer; what was sent from elsewhere, now.
        const shown = now.current.sending ? [] : own;
        // Replies are the last of their list: with more to read before them they come by reading.
        const replies = parentId !== undefined && enabled && now.current.list.cursor === undefined;
        setList((before) => [...shown, ...(replies ? others : [])].reduce(insertSent, hearChanges(before, heard)));
        if (parentId !== undefined) return;
        setWaiting((before) => {
          const kept = hearChanges({ items: before, cursor: undefined }, heard).items ?? [];
          return [...kept, ...others.filter(({ id }) => !kept.some((known) => known.id === id))];
        });
      }),
    [listen, personId, moderates, parentId, enabled],
  );

  const deliver = async (entry: Pending) => {
    try {
      const sent = await api('POST /api/v1/videos/:videoId/comments', {
        params: { videoId },
        body: { body: entry.body, clientId: entry.clientId, ...(parentId !== undefined && { parentId }) },
      });
      setPending((before) => before.filter(({ clientId }) => clientId !== entry.clientId));
      setList((before) => insertSent(before, sent));
      if (!live.heard(sent.id)) onCount(1);
    } catch (error) {
      const failed = asProblem(error);
      setPending((before) => before.map((one) => (one.clientId === entry.clientId ? { ...one, state: 'failed' } : one)));
      setProblem(failed);
    }
  };
  const fresh = waiting.filter(({ id }) => list.items?.some((shown) => shown.id === id) !== true);
  return {
    items: list.items,
    pending,
    fresh: fresh.length,
    showFresh: () => {
      setWaiting([]);
      setList((before) => fresh.reduce(insertSent, before));
    },
    reread: () => {
      setWaiting([]);
      void read(undefined);
    },
    more: list.cursor !== undefined,
    busy,
    problem,
    next: () => void read(list.cursor),
    send: (body) => {
      const entry: Pending = { clientId: crypto.randomUUID(), body, state: 'sending' };
      setPending((before) => [...before, entry]);
      void deliver(entry);
    },
    resend: (clientId) => {
      const entry = pending.find((one) => one.clientId === clientId);
      if (entry === undefined) return;
      setPending((before) => before.map((one) => (one.clientId === clientId ? { ...one, state: 'sending' } : one)));
      void deliver(entry);
    },
    discard: (clientId) => setPending((before) => before.filter((one) => one.clientId !== clientId)),
    replace: (comment) => setList((before) => replaceComment(before, comment)),
    remove: (id) => setList((before) => withoutComment(before, id)),
    restore: (comment) => setList((before) => insertSent(before, comment)),
  };
}
