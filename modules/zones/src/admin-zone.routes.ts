import { ok, permits, type RouteDefinition, requirePrincipal, route, type ZoneDirectory } from '@madang/kernel';
import { zoneEndpoints } from './contract.ts';
import type { UpdateZone } from './update-zone.ts';
import { adminView } from './zone-views.ts';

export function adminZoneRoutes(directory: ZoneDirectory, updateZone: UpdateZone): readonly RouteDefinition[] {
  return [
    route(zoneEndpoints, 'GET /api/v1/admin/zone', {
      policy: permits('zone:read', 'zone'),
      tag: 'zones',
      handler: async ({ zone }) => ok(adminView(zone.zone)),
    }),
    route(zoneEndpoints, 'PATCH /api/v1/admin/zone', {
      policy: permits('zone:update', 'zone'),
      tag: 'zones',
      handler: async (input) => ok(adminView(await updateZone(input.zone, { ...input, principal: requirePrincipal(input) }, input.body))),
    }),
    route(zoneEndpoints, 'PATCH /api/v1/admin/zone/limits', {
      policy: permits('zone-limits:update', 'zone'),
      tag: 'zones',
      handler: async (input) => {
        const { version, ...limits } = input.body;
        const actor = { ...input, principal: requirePrincipal(input) };
        return ok(adminView(await updateZone(input.zone, actor, { version, limits })));
      },
    }),
    route(zoneEndpoints, 'GET /api/v1/admin/zones', {
      policy: permits('zone-limits:read', 'zone'),
      tag: 'zones',
      handler: async () => ok({ items: (await directory.list()).map(adminView) }),
    }),
  ];
}
