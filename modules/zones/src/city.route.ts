import { type Logger, ok, publicAccess, type RouteDefinition, route, type Zone } from '@madang/kernel';
import { type CityZone, zoneEndpoints } from './contract.ts';
import type { ZoneActivity } from './zone-activity.ts';
import type { CachedZoneDirectory } from './zone-directory.ts';
import { publicView } from './zone-views.ts';

export function cityRoute(directory: CachedZoneDirectory, activity: ZoneActivity, logger: Logger): RouteDefinition {
  return route(zoneEndpoints, 'GET /api/v1/city', {
    policy: publicAccess('the city shows its zones to everyone at the gate'),
    tag: 'zones',
    handler: async ({ origin }) => {
      const open = (await directory.list()).filter((zone) => zone.status === 'open');
      const { online, highlights } = await activityOf(open, activity, logger);
      const host = origin.slice(origin.indexOf('//') + 2);
      const items: CityZone[] = open.map((zone) => ({
        ...publicView(zone),
        origin: directory.originOf(zone, host),
        online: online.get(zone.id) ?? 0,
        highlight: highlights.get(zone.id) ?? null,
      }));
      return ok({ items, online: items.reduce((sum, zone) => sum + zone.online, 0) });
    },
  });
}

/** The plan of the city stands even when nobody can say who is where. */
async function activityOf(zones: readonly Zone[], activity: ZoneActivity, logger: Logger) {
  const ids = zones.map((zone) => zone.id);
  const quiet = <Value>(what: string, answer: Promise<ReadonlyMap<string, Value>> | undefined) =>
    (answer ?? Promise.resolve(new Map<string, Value>())).catch((error: unknown): ReadonlyMap<string, Value> => {
      logger.warn({ err: error }, `${what} of the zones could not be read`);
      return new Map();
    });
  const [online, highlights] = await Promise.all([
    quiet('online counts', activity.online(ids)),
    quiet('highlights', activity.highlights?.(ids)),
  ]);
  return { online, highlights };
}
