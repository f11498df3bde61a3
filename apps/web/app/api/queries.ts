import { QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { onForget } from './forget.ts';
import { ApiProblem } from './problem.ts';

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // What was refused stays refused; what failed on the way is worth two more tries.
        retry: (count, error) => count < 2 && (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 500),
      },
    },
  });
}

let page: QueryClient | undefined;

/**
 * The page's query client, for the second argument of `useQuery`, `useMutation` and their kin. There is no provider at the root, so
 * pages that ask nothing do not load the library. On the server each render has its own, which never fetches.
 */
export function useQueries(): QueryClient {
  const [own] = useState(() => (import.meta.env.SSR ? createQueries() : undefined));
  if (own !== undefined) return own;
  if (page === undefined) {
    const created = createQueries();
    onForget(() => void created.resetQueries());
    page = created;
  }
  return page;
}
