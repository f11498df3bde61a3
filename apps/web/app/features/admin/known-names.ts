import type { PublicPerson } from '@madang/identity/contract';
import { useQueries as useMany } from '@tanstack/react-query';
import { useQueries } from '../../api/queries.ts';
import { endpointQuery, useEndpoint } from '../../api/use-endpoint.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import type { NamesWanted } from './audit-sentence.ts';

/** Names do not change while a log is read. */
const KEPT_MS = 600_000;

export interface KnownNames {
  readonly person: (id: string) => PublicPerson | undefined;
  readonly room: (id: string) => string | undefined;
  readonly organization: (id: string) => string | undefined;
}

/** Looks names up, each id once; who is gone or out of reach stays without. */
export function useKnownNames(wanted: NamesWanted): KnownNames {
  const client = useQueries();
  const page = usePage();
  const people = useMany(
    {
      queries: wanted.people.map((userId) => ({
        ...endpointQuery('GET /api/v1/users/:userId', { input: { params: { userId } } }),
        staleTime: KEPT_MS,
        retry: false,
      })),
    },
    client,
  );
  const rooms = useMany(
    {
      queries: wanted.rooms.map((roomId) => ({
        ...endpointQuery('GET /api/v1/rooms/:roomId', { input: { params: { roomId } } }),
        staleTime: KEPT_MS,
        retry: false,
      })),
    },
    client,
  );
  const organizations = useEndpoint('GET /api/v1/admin/organizations', {
    input: { query: { limit: 100 } },
    enabled: wanted.organizations.length > 0 && mayDo(page.person, 'org:read'),
  });
  return {
    person: (id) => people[wanted.people.indexOf(id)]?.data,
    room: (id) => rooms[wanted.rooms.indexOf(id)]?.data?.name,
    organization: (id) => organizations.data?.items.find((one) => one.id === id)?.name,
  };
}
