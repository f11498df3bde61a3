import type { LocalizedText } from './locale.ts';
import type { ZoneDb } from './zone-db.ts';

export type ZoneId = string;
/** Lower-case letters, digits and inner hyphens; safe inside SQL settings, file paths and host names. */
export const ZONE_ID_PATTERN = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/** What may be switched on in a zone; a module whose feature is off answers 404 there. */
export const FEATURES = ['rooms', 'video', 'live', 'mentoring', 'exams', 'labs', 'deploy'] as const;
export type Feature = (typeof FEATURES)[number];

export interface ZoneLimits {
  /** Bytes of stored files and media. */
  readonly storageBytes: number;
  readonly seats: number;
  /** Largest attachment, bytes. */
  readonly attachmentBytes: number;
  /** Guests may open rooms and send files. */
  readonly guestsMayCreate: boolean;
}

export interface Zone {
  readonly id: ZoneId;
  readonly names: LocalizedText;
  readonly taglines: LocalizedText;
  /** OKLCH hue of the accent, degrees 0–359. */
  readonly hue: number;
  readonly features: readonly Feature[];
  readonly limits: ZoneLimits;
  /** Custom domains, apex form (`univprepai.com`). */
  readonly domains: readonly string[];
  /** Answer the apex with 301 to `www.` */
  readonly apexToWww: boolean;
  /** True for the city portal, which answers on the bare host. */
  readonly portal: boolean;
  readonly status: 'open' | 'closed';
  /** Grows with every change; caches compare it. */
  readonly version: number;
}

/** Everything data access is built from. Holding one is the only way to reach a zone's rows. */
export interface ZoneContext {
  readonly zone: Zone;
  readonly db: ZoneDb;
}

/** Which zone answers to a host, and how. */
export interface HostMatch {
  readonly zone: Zone;
  /** `www`, `app`, `api`, `static`, `admin` or '' for the bare zone host. */
  readonly prefix: string;
  /** Where GET requests for pages must go instead (apex → www, second domains → canonical), absolute without path. */
  readonly redirectTo?: string;
}

/** Resolves hosts and ids to zones from a cache that is dropped by event. */
export interface ZoneDirectory {
  /** `host` as the client sent it, port included. */
  findByHost(host: string | undefined): Promise<HostMatch | undefined>;
  findById(id: ZoneId): Promise<Zone | undefined>;
  list(): Promise<readonly Zone[]>;
  /** A context for work that does not come from a request: jobs, event handlers, the demo. */
  context(id: ZoneId): Promise<ZoneContext>;
  /** Origins (`scheme://host[:port]`) whose pages may call this zone's API with credentials. */
  allowsOrigin(zone: Zone, origin: string): boolean;
}
