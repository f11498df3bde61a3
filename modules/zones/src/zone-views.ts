import type { Zone } from '@madang/kernel';
import type { AdminZone, PublicZone } from './contract.ts';

export function publicView(zone: Zone): PublicZone {
  return {
    id: zone.id,
    names: zone.names,
    taglines: zone.taglines,
    hue: zone.hue,
    features: [...zone.features],
    portal: zone.portal,
  };
}

export function adminView(zone: Zone): AdminZone {
  return { ...publicView(zone), limits: zone.limits, domains: [...zone.domains], status: zone.status, version: zone.version };
}
