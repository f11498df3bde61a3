import { type QueryKey, queryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { api } from './browser.ts';
import type { EndpointName, Input, Output } from './endpoints.ts';
import type { ApiProblem } from './problem.ts';
import { useQueries } from './queries.ts';

/** `[name, input]`: invalidate `endpointKey('GET /api/v1/rooms')` to drop it whatever its input. */
export function endpointKey<Name extends EndpointName>(name: Name, input?: Input<Name>): QueryKey {
  return input === undefined ? [name] : [name, input];
}

export interface EndpointOptions<Name extends EndpointName> {
  readonly input?: Input<Name>;
  /** What the loader rendered with: the first paint needs no call. */
  readonly initialData?: Output<Name>;
  /** Milliseconds; paused while the tab is hidden. */
  readonly refetchInterval?: number;
  readonly enabled?: boolean;
}

export function endpointQuery<Name extends EndpointName>(name: Name, options: EndpointOptions<Name> = {}) {
  const { input, ...rest } = options;
  return queryOptions<Output<Name>, ApiProblem>({
    queryKey: endpointKey(name, input),
    queryFn: ({ signal }) => {
      const call = api as (name: string, input: object) => Promise<Output<Name>>;
      return call(name, { ...input, signal });
    },
    ...rest,
  } as Parameters<typeof queryOptions<Output<Name>, ApiProblem>>[0]);
}

export function useEndpoint<Name extends EndpointName>(
  name: Name,
  options: EndpointOptions<Name> = {},
): UseQueryResult<Output<Name>, ApiProblem> {
  return useQuery(endpointQuery(name, options), useQueries()) as UseQueryResult<Output<Name>, ApiProblem>;
}
