import { ok, publicAccess, type RouteDefinition, route } from '@madang/kernel';
import { zoneEndpoints } from './contract.ts';
import { publicView } from './zone-views.ts';

export function zoneRoute(): RouteDefinition {
  return route(zoneEndpoints, 'GET /api/v1/zone', {
    policy: publicAccess('a zone shows its name at the door'),
    tag: 'zones',
    handler: async ({ zone }) => ok(publicView(zone.zone)),
  });
}
