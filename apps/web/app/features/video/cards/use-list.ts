import { useCallback, useEffect, useRef, useState } from 'react';
import { apiPage } from '../../../api/browser.ts';
import type { Input } from '../../../api/endpoints.ts';
import { onForget } from '../../../api/forget.ts';
import type { Attempt } from '../../../api/load.ts';
import { ApiProblem, type ProblemDocument } from '../../../api/problem.ts';
import type { VideoCardData } from './poster.tsx';

/** Endpoints that list something page by page. */
type ListName =
  | 'GET /api/v1/videos'
  | 'GET /api/v1/search'
  | 'GET /api/v1/history'
  | 'GET /api/v1/playlists'
  | 'GET /api/v1/subscriptions'
  | 'GET /api/v1/playlists/:playlistId/items';

export interface PagedList<Item> {
  /** Undefined until there is an answer. */
  readonly items: readonly Item[] | undefined;
  readonly more: boolean;
  readonly busy: boolean;
  readonly problem: ApiProblem | ProblemDocument | null;
  readonly next: () => void;
  /** From the beginning: after a failure, or when the list was changed. */
  readonly retry: () => void;
}
export type VideoList = PagedList<VideoCardData>;

interface Read<Item> {
  readonly items: readonly Item[];
  readonly cursor: string | null;
}

/** Lists as far as they were read, so that the way back finds as much as was left. Browser only; another person has other lists. */
const kept = new Map<string, { read: Read<unknown>; at: number }>();
const KEPT = 20;
const KEPT_MS = 5 * 60_000;
if (!import.meta.env.SSR) onForget(() => kept.clear());

function keep(key: string, read: Read<unknown>): void {
  kept.delete(key);
  kept.set(key, { read, at: Date.now() });
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
}

/** Something of these lists was changed elsewhere: the next page that shows one reads it anew. */
export function forgetLists(name: ListName): void {
  for (const key of kept.keys()) if (key.startsWith(`${name} {`)) kept.delete(key);
}

/**
 * A list that begins with what the loader rendered and goes on by cursor. The query library would be a tenth of these pages; a list
 * needs no more than this. One component, one list: give it a `key` where the question changes.
 */
export function useList<Name extends ListName, Item>(name: Name, input: Input<Name>, loaded?: Attempt<{ items: Item[] }>): PagedList<Item> {
  const key = `${name} ${JSON.stringify(input)}`;
  const [read, setRead] = useState<Read<Item> | undefined>(() => {
    const before = import.meta.env.SSR ? undefined : kept.get(key);
    if (before !== undefined && Date.now() - before.at < KEPT_MS) return before.read as Read<Item>;
    return loaded?.ok ? { items: loaded.body.items, cursor: loaded.nextCursor } : undefined;
  });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | ProblemDocument | null>(loaded?.ok === false ? loaded.problem : null);
  const turn = useRef(0);
  const asked = useRef(input);
  asked.current = input;

  const ask = useCallback(
    async (before: Read<Item> | undefined) => {
      const mine = ++turn.current;
      setBusy(true);
      setProblem(null);
      try {
        const { params, query } = asked.current as { params?: object; query?: object };
        const call = apiPage as unknown as (name: string, input: object) => Promise<{ items: readonly Item[]; nextCursor: string | null }>;
        const page = await call(name, { params, query: { ...query, ...(before?.cursor && { cursor: before.cursor }) } });
        if (mine !== turn.current) return;
        const next = { items: [...(before?.items ?? []), ...page.items], cursor: page.nextCursor };
        keep(key, next);
        setRead(next);
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        if (mine === turn.current) setProblem(error);
      } finally {
        if (mine === turn.current) setBusy(false);
      }
    },
    [name, key],
  );
  const unread = loaded === undefined && read === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what no loader brought is asked for once; the rest by hand
  useEffect(() => {
    if (unread) void ask(undefined);
    return () => {
      turn.current++;
    };
  }, [ask]);
  return {
    items: read?.items,
    more: read !== undefined && read.cursor !== null,
    busy,
    problem,
    next: useCallback(() => void ask(read), [ask, read]),
    retry: useCallback(() => void ask(undefined), [ask]),
  };
}
