import type { HostMatch, Zone, ZoneContext, ZoneDirectory } from '@madang/kernel';
import type { Exchange } from './exchange.ts';

/** Gives an exchange its zone. */
export interface ZoneFinder {
  /** Sets the zone and, where the sender's Origin may read this zone's answers, `corsOrigin`. Undefined for an unknown host. */
  find(exchange: Exchange): Promise<HostMatch | undefined>;
}

export function createZoneFinder(zones: ZoneDirectory): ZoneFinder {
  // the directory hands out the same object until a zone changes, so this holds one context per zone and version
  const contexts = new WeakMap<Zone, ZoneContext>();
  return {
    async find(exchange) {
      const match = await zones.findByHost(exchange.address.host);
      if (match === undefined) return undefined;
      const { zone } = match;
      let context = contexts.get(zone);
      if (context === undefined) {
        context = await zones.context(zone.id);
        contexts.set(zone, context);
      }
      exchange.zone = context;
      const { origin } = exchange.request.headers;
      if (origin !== undefined && zones.allowsOrigin(zone, origin)) exchange.corsOrigin = origin;
      return match;
    },
  };
}
