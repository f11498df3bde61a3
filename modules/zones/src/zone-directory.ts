import {
  type CityDb,
  type Clock,
  fail,
  type HostMatch,
  type Logger,
  requestErrors,
  type Zone,
  type ZoneContext,
  type ZoneDb,
  type ZoneDirectory,
  type ZoneId,
} from '@madang/kernel';
import { isHostPrefix, parseHost } from './host-name.ts';
import { findCityRevision, listCityZones, zoneOfRow } from './zone-store.ts';

export interface ZoneDirectoryOptions {
  readonly city: CityDb;
  readonly zoneDb: (id: ZoneId) => ZoneDb;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Under which every zone has a host: `localhost`, or the operator's own domain. */
  readonly baseDomain: string;
  /** How browsers reach the city; behind a proxy this is the proxy's side. */
  readonly scheme: 'http' | 'https';
  readonly publicPort: number;
}

/** How long a directory may go on without asking whether something changed that no event told of. */
const RECHECK_MS = 1000;
/** Names of the machine itself: they lead to the portal wherever the base domain is. */
const BARE_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

interface Snapshot {
  readonly zones: readonly Zone[];
  readonly byId: ReadonlyMap<ZoneId, Zone>;
  readonly byDomain: ReadonlyMap<string, Zone>;
  readonly portal: Zone | undefined;
  /** Sum of all versions: it grows with every change, since zones are closed and never deleted. */
  readonly revision: number;
}

/** All zones in memory: a request never waits for the database to learn which zone it is in, but once a second at most. */
export class CachedZoneDirectory implements ZoneDirectory {
  readonly #options: ZoneDirectoryOptions;
  readonly #portSuffix: string;
  readonly #contexts = new Map<ZoneId, ZoneContext>();
  #snapshot: Snapshot | undefined;
  #checkedAt = 0;
  #check: Promise<Snapshot> | undefined;
  /** Drops so far, and how many of them the snapshot has seen. */
  #drops = 0;
  #readAfterDrops = 0;

  constructor(options: ZoneDirectoryOptions) {
    this.#options = options;
    const standard = options.scheme === 'https' ? 443 : 80;
    this.#portSuffix = options.publicPort === standard ? '' : `:${options.publicPort}`;
  }

  /** The next question reads the zones anew. */
  drop(): void {
    this.#drops += 1;
  }

  async findByHost(host: string | undefined): Promise<HostMatch | undefined> {
    const parsed = parseHost(host);
    if (parsed === undefined) return undefined;
    const found = this.#resolve(await this.#current(), parsed.name);
    if (found === undefined || found.zone.status === 'closed') return undefined;
    const { zone, prefix, domain } = found;
    if (domain === undefined) return { zone, prefix };
    const canonical = zone.domains[0] ?? domain;
    const wanted = prefix === '' && zone.apexToWww ? 'www' : prefix;
    if (canonical === domain && wanted === prefix) return { zone, prefix };
    const name = wanted === '' ? canonical : `${wanted}.${canonical}`;
    return { zone, prefix, redirectTo: `${this.#options.scheme}://${name}${parsed.port}` };
  }

  async findById(id: ZoneId): Promise<Zone | undefined> {
    return (await this.#current()).byId.get(id);
  }

  /** In the order of the city's plan; closed zones too. */
  async list(): Promise<readonly Zone[]> {
    return (await this.#current()).zones;
  }

  async context(id: ZoneId): Promise<ZoneContext> {
    const zone = (await this.#current()).byId.get(id);
    if (zone === undefined) fail(requestErrors.zone_unknown, { detail: `there is no zone ${JSON.stringify(id)}` });
    const known = this.#contexts.get(id);
    if (known?.zone === zone) return known;
    const context: ZoneContext = { zone, db: known?.db ?? this.#options.zoneDb(id) };
    this.#contexts.set(id, context);
    return context;
  }

  /** Answers from what is in memory: whoever holds a zone has asked the directory a moment ago. */
  allowsOrigin(zone: Zone, origin: string): boolean {
    const { scheme } = this.#options;
    const lead = `${scheme}://`;
    if (this.#snapshot === undefined || !origin.startsWith(lead) || !origin.endsWith(this.#portSuffix)) return false;
    const name = origin.slice(lead.length, origin.length - this.#portSuffix.length);
    const parsed = parseHost(name);
    if (parsed?.name !== name) return false; // another port, upper case, a trailing dot: not what a browser sends
    const found = this.#resolve(this.#snapshot, name);
    return found?.zone.id === zone.id && found.zone.status === 'open';
  }

  /**
   * Where people enter a zone, for a link on a page of `fromHost`: below the base domain when they are there (a laptop,
   * a trial), else on the zone's own first domain.
   */
  originOf(zone: Zone, fromHost: string | undefined): string {
    const { scheme, baseDomain } = this.#options;
    const from = parseHost(fromHost)?.name;
    const local = from !== undefined && (BARE_HOSTS.has(from) || from === baseDomain || from.endsWith(`.${baseDomain}`));
    const [domain] = zone.domains;
    if (!local && domain !== undefined) return `${scheme}://${zone.apexToWww ? `www.${domain}` : domain}${this.#portSuffix}`;
    return `${scheme}://${zone.portal ? '' : `${zone.id}.`}${baseDomain}${this.#portSuffix}`;
  }

  #resolve(snapshot: Snapshot, name: string): { zone: Zone; prefix: string; domain?: string } | undefined {
    if (BARE_HOSTS.has(name)) return snapshot.portal && { zone: snapshot.portal, prefix: '' };
    // A domain that is in the table wins over reading its first label as a prefix: `dev.` and `admin.` hosts may be zones.
    const own = snapshot.byDomain.get(name);
    if (own !== undefined) return { zone: own, prefix: '', domain: name };
    const { baseDomain } = this.#options;
    if (name === baseDomain) return snapshot.portal && { zone: snapshot.portal, prefix: '' };
    if (name.endsWith(`.${baseDomain}`)) {
      const labels = name.slice(0, -baseDomain.length - 1).split('.');
      const id = labels.pop() ?? '';
      const prefix = labels.pop() ?? '';
      if (labels.length > 0 || (prefix !== '' && !isHostPrefix(prefix))) return undefined;
      if (prefix === '' && isHostPrefix(id)) return snapshot.portal && { zone: snapshot.portal, prefix: id };
      const zone = snapshot.byId.get(id);
      return zone && { zone, prefix };
    }
    const dot = name.indexOf('.');
    const first = name.slice(0, Math.max(dot, 0));
    if (!isHostPrefix(first)) return undefined;
    const domain = name.slice(dot + 1);
    const zone = snapshot.byDomain.get(domain);
    return zone && { zone, prefix: first, domain };
  }

  async #current(): Promise<Snapshot> {
    const age = this.#options.clock.now().getTime() - this.#checkedAt;
    // A clock set back must not stop the checks, so age is compared on both sides.
    if (this.#snapshot !== undefined && this.#drops === this.#readAfterDrops && age >= 0 && age < RECHECK_MS) return this.#snapshot;
    this.#check ??= this.#refresh().finally(() => {
      this.#check = undefined;
    });
    const snapshot = await this.#check;
    // Dropped while the zones were being read: they may have been read before the change.
    return this.#drops === this.#readAfterDrops ? snapshot : this.#current();
  }

  async #refresh(): Promise<Snapshot> {
    const { city, clock, logger } = this.#options;
    const drops = this.#drops;
    const dropped = drops !== this.#readAfterDrops;
    try {
      const old = this.#snapshot;
      const unchanged = old !== undefined && !dropped && Number((await city.one(findCityRevision())).revision) === old.revision;
      const snapshot = unchanged ? old : snapshotOf((await city.many(listCityZones())).map(zoneOfRow));
      this.#snapshot = snapshot;
      this.#readAfterDrops = drops;
      this.#checkedAt = clock.now().getTime();
      return snapshot;
    } catch (error) {
      if (this.#snapshot === undefined) throw error;
      // What was true a second ago is the best answer there is; the request itself meets the database next.
      logger.warn({ err: error }, 'zones could not be re-read; the last known ones stay in use');
      this.#readAfterDrops = drops;
      this.#checkedAt = clock.now().getTime();
      return this.#snapshot;
    }
  }
}

function snapshotOf(zones: readonly Zone[]): Snapshot {
  return {
    zones,
    byId: new Map(zones.map((zone) => [zone.id, zone])),
    byDomain: new Map(zones.flatMap((zone) => zone.domains.map((domain) => [domain, zone] as const))),
    portal: zones.find((zone) => zone.portal),
    revision: zones.reduce((sum, zone) => sum + zone.version, 0),
  };
}
