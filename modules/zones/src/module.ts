import {
  type AuditWriter,
  type CityDb,
  type Clock,
  type EventPublisher,
  type Logger,
  type MadangModule,
  onEvent,
  type RoleGrants,
  type ZoneDb,
  type ZoneId,
} from '@madang/kernel';
import { adminZoneRoutes } from './admin-zone.routes.ts';
import { cityRoute } from './city.route.ts';
import { createSeedZone, type SeedZone } from './seed-zone.ts';
import { createUpdateZone, type UpdateZone } from './update-zone.ts';
import { zoneRoute } from './zone.route.ts';
import { quietActivity, type ZoneActivity } from './zone-activity.ts';
import { CachedZoneDirectory } from './zone-directory.ts';
import { zoneChanged } from './zone-events.ts';

export interface ZonesModuleDeps {
  readonly city: CityDb;
  readonly zoneDb: (id: ZoneId) => ZoneDb;
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** As browsers see it: behind a proxy, the proxy's port. */
  readonly publicPort: number;
  readonly baseDomain: string;
  readonly scheme: 'http' | 'https';
  readonly activity?: ZoneActivity;
}

export interface ZonesModule {
  readonly module: MadangModule;
  readonly directory: CachedZoneDirectory;
  readonly seedZone: SeedZone;
  readonly updateZone: UpdateZone;
}

/** A zone admin sees limits with the settings (`zone:read`); only an operator changes them. */
const grants: RoleGrants = {
  zone_admin: [
    { permission: 'zone:read', scope: 'zone' },
    { permission: 'zone:update', scope: 'zone' },
  ],
  operator: [
    { permission: 'zone-limits:read', scope: 'zone' },
    { permission: 'zone-limits:update', scope: 'zone' },
  ],
};

export function createZonesModule(deps: ZonesModuleDeps): ZonesModule {
  const directory = new CachedZoneDirectory(deps);
  const onChanged = () => directory.drop();
  const updateZone = createUpdateZone({ ...deps, onChanged });
  return {
    directory,
    seedZone: createSeedZone({ ...deps, onChanged }),
    updateZone,
    module: {
      name: 'zones',
      routes: [zoneRoute(), cityRoute(directory, deps.activity ?? quietActivity, deps), ...adminZoneRoutes(directory, updateZone)],
      handlers: [onEvent({ event: zoneChanged, delivery: 'every-node', name: 'zones.drop-directory', handle: onChanged })],
      grants,
      start: async () => {
        await directory.list();
      },
    },
  };
}
