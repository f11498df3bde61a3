import { type EventPublisher, fail, ZONE_ID_PATTERN, type ZoneDb, type ZoneId } from '@madang/kernel';
import { isHostPrefix, normalizeDomain } from './host-name.ts';
import { zoneErrors } from './zone-errors.ts';
import { zoneChanged } from './zone-events.ts';
import type { ZonePreset } from './zone-presets.ts';
import { insertDomainRow, insertZoneRow } from './zone-store.ts';

export interface SeedZoneDeps {
  readonly zoneDb: (id: ZoneId) => ZoneDb;
  readonly events: EventPublisher;
  readonly baseDomain: string;
  readonly onChanged: () => void;
}

export type SeedZone = (preset: ZonePreset) => Promise<'created' | 'kept'>;

/**
 * Makes a zone that is not there yet. One that is there stays exactly as its people have set it, so it is safe at every start.
 * Refuses ids and domains that could not be told from another zone's hosts.
 */
export function createSeedZone({ zoneDb, events, baseDomain, onChanged }: SeedZoneDeps): SeedZone {
  return async ({ position, ...zone }) => {
    if (!ZONE_ID_PATTERN.test(zone.id) || isHostPrefix(zone.id)) fail(zoneErrors.id_reserved, { detail: zone.id });
    const domains = zone.domains.map((domain) => {
      const normal = normalizeDomain(domain);
      if (normal === undefined || normal === baseDomain || normal.endsWith(`.${baseDomain}`)) {
        fail(zoneErrors.domain_refused, { detail: domain });
      }
      return normal;
    });
    return zoneDb(zone.id).transaction(async (tx) => {
      if (!(await insertZoneRow(tx, zone, position))) return 'kept';
      for (const [index, domain] of domains.entries()) {
        if (!(await insertDomainRow(tx, domain, index))) fail(zoneErrors.domain_taken, { detail: domain });
      }
      await events.publish(tx, zoneChanged, { zoneId: zone.id, version: 1 });
      tx.afterCommit(onChanged);
      return 'created';
    });
  };
}
