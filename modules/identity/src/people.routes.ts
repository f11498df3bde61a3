import { type Clock, fail, ok, type PeopleDirectory, permits, type RouteDefinition, route } from '@madang/kernel';
import { identityEndpoints } from './contract.ts';
import { identityErrors } from './identity-errors.ts';
import { searchPeople } from './search-people.ts';

const tag = 'People';

export function peopleRoutes(deps: { clock: Clock; people: PeopleDirectory }): readonly RouteDefinition[] {
  return [
    route(identityEndpoints, 'GET /api/v1/users/:userId', {
      tag,
      policy: permits('room:read'),
      handler: async ({ zone, params }) => {
        const card = (await deps.people.cards(zone, [params.userId])).get(params.userId);
        return card === undefined ? fail(identityErrors.person_not_found) : ok(card);
      },
    }),
    route(identityEndpoints, 'GET /api/v1/users', {
      tag,
      policy: permits('room:read'),
      handler: async ({ zone, query }) => ok({ items: await searchPeople(deps.clock, zone, query.query, query.limit) }),
    }),
  ];
}
