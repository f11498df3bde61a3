import type { ZoneId } from '@madang/kernel';
import type { ZoneHighlight } from './contract.ts';

/** Port: what is going on in zones right now, told by the modules above. Missing zones count as quiet. */
export interface ZoneActivity {
  /** Distinct people with an open connection. */
  online(zoneIds: readonly ZoneId[]): Promise<ReadonlyMap<ZoneId, number>>;
  highlights?(zoneIds: readonly ZoneId[]): Promise<ReadonlyMap<ZoneId, ZoneHighlight>>;
}

/** For programs that have no sockets: every zone is quiet. */
export const quietActivity: ZoneActivity = { online: async () => new Map() };
