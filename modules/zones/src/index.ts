export { createZonesModule, type ZonesModule, type ZonesModuleDeps } from './module.ts';
export type { SeedZone } from './seed-zone.ts';
export { quietActivity, type ZoneActivity } from './zone-activity.ts';
export { CachedZoneDirectory, type ZoneDirectoryOptions } from './zone-directory.ts';
export { zoneErrors } from './zone-errors.ts';
export { zoneChanged } from './zone-events.ts';
export { DEFAULT_LIMITS, PORTAL_PRESET, ZONE_PRESETS, type ZonePreset } from './zone-presets.ts';
export { findCityRevision, listCityZones } from './zone-store.ts';
