import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { apiPage } from './browser.ts';
import type { EndpointName, Input, Output } from './endpoints.ts';
import type { ApiProblem } from './problem.ts';
import { useQueries } from './queries.ts';

/** Lists that go on by `X-Next-Cursor`. */
type PagedName = {
  [Name in EndpointName]: Output<Name> extends { items: readonly unknown[] }
    ? Input<Name> extends { query?: { cursor?: string | undefined } }
      ? Name
      : never
    : never;
}[EndpointName];
type QueryOf<Name extends PagedName> = Input<Name> extends { query?: infer Query } ? Omit<NonNullable<Query>, 'cursor'> : never;
type Page<Name extends PagedName> = Output<Name> & { nextCursor: string | null };

export interface PagesOptions {
  readonly enabled?: boolean;
  /** Milliseconds; paused while the tab is hidden. */
  readonly refetchInterval?: number;
}

/**
 * The pages of a list read so far. While another question is on its way the old answer stays (`isPlaceholderData`).
 * `endpointKey(name)` drops them all.
 */
export function usePages<Name extends PagedName>(name: Name, query: QueryOf<Name>, options: PagesOptions = {}) {
  return useInfiniteQuery<Page<Name>, ApiProblem, { pages: Page<Name>[] }, readonly unknown[], string | undefined>(
    {
      queryKey: [name, 'pages', query],
      queryFn: ({ pageParam, signal }) => {
        const call = apiPage as unknown as (name: string, input: object) => Promise<Page<Name>>;
        return call(name, { query: { ...query, cursor: pageParam }, signal });
      },
      initialPageParam: undefined,
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      ...options,
    },
    useQueries(),
  );
}
