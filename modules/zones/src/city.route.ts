import { type Clock, type Logger, ok, publicAccess, type RouteDefinition, route, type Zone } from '@madang/kernel';
import { type CityZone, zoneEndpoints } from './contract.ts';
import type { ZoneActivity } from './zone-activity.ts';
import type { CachedZoneDirectory } from './zone-directory.ts';
import { publicView } from './zone-views.ts';

/** Who is where may be this old: everyone at the gate sees the same plan, and reading it asks every zone. Milliseconds. */
const PLAN_MS = 1_000;

export function cityRoute(directory: CachedZoneDirectory, activity: ZoneActivity, deps: { clock: Clock; logger: Logger }): RouteDefinition {
  let plan: { readonly ids: string; readonly at: number; readonly activity: ReturnType<typeof activityOf> } | undefined;
  const recentActivity = (zones: readonly Zone[]): ReturnType<typeof activityOf> => {
    const ids = zones.map((zone) => zone.id).join(' ');
    const at = deps.clock.now().getTime();
    if (plan === undefined || plan.ids !== ids || Math.abs(at - plan.at) >= PLAN_MS) {
      plan = { ids, at, activity: activityOf(zones, activity, deps.logger) };
    }
    return plan.activity;
  };

  return route(zoneEndpoints, 'GET /api/v1/city', {
    policy: publicAccess('the city shows its zones to everyone at the gate'),
    tag: 'zones',
    handler: async ({ origin }) => {
      const open = (await directory.list()).filter((zone) => zone.status === 'open');
      const { online, highlights } = await recentActivity(open);
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
