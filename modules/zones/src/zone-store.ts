import { type Feature, type LocalizedText, type Queries, statement, type Zone, type ZoneLimits } from '@madang/kernel';

export interface ZoneRow {
  readonly id: string;
  readonly names: LocalizedText;
  readonly taglines: LocalizedText;
  readonly hue: number;
  readonly features: Feature[];
  readonly limits: ZoneLimits;
  readonly apex_to_www: boolean;
  readonly portal: boolean;
  readonly status: Zone['status'];
  readonly version: number;
  readonly domains: string[];
}

export function zoneOfRow(row: ZoneRow): Zone {
  return Object.freeze({
    id: row.id,
    names: row.names,
    taglines: row.taglines,
    hue: row.hue,
    features: row.features,
    limits: row.limits,
    domains: row.domains,
    apexToWww: row.apex_to_www,
    portal: row.portal,
    status: row.status,
    version: row.version,
  });
}

const ZONE_COLUMNS = `z.zone_id as id, z.names, z.taglines, z.hue, z.features, z.limits, z.apex_to_www, z.portal, z.status, z.version,
  coalesce((select array_agg(d.domain order by d.position) from zones.domains d where d.zone_id = z.zone_id), '{}') as domains`;

/** Across zones: runs on the city's connection. */
export const listCityZones = statement<ZoneRow, []>(
  'zones.list_city_zones',
  `select ${ZONE_COLUMNS} from zones.zones z order by z.position, z.zone_id`,
);

/** Across zones. Grows with every change of any zone; text, as PostgreSQL sums integers to bigint. */
export const findCityRevision = statement<{ revision: string }, []>(
  'zones.find_city_revision',
  'select coalesce(sum(version), 0)::text as revision from zones.zones',
);

const lockZone = statement<ZoneRow, []>(
  'zones.lock_zone',
  `select ${ZONE_COLUMNS} from zones.zones z where z.zone_id = madang.zone() for update`,
);

const saveZone = statement<unknown, [string, string, number, readonly string[], string]>(
  'zones.save_zone',
  `update zones.zones set names = $1::jsonb, taglines = $2::jsonb, hue = $3, features = $4, limits = $5::jsonb,
     version = version + 1, updated_at = now() where zone_id = madang.zone()`,
);

const insertZone = statement<{ id: string }, [string, string, number, readonly string[], string, boolean, boolean, string, number]>(
  'zones.insert_zone',
  `insert into zones.zones (zone_id, names, taglines, hue, features, limits, apex_to_www, portal, status, position)
   values (madang.zone(), $1::jsonb, $2::jsonb, $3, $4, $5::jsonb, $6, $7, $8, $9)
   on conflict (zone_id) do nothing returning zone_id as id`,
);

const insertDomain = statement<{ domain: string }, [string, number]>(
  'zones.insert_domain',
  `insert into zones.domains (domain, zone_id, position) values ($1, madang.zone(), $2)
   on conflict (domain) do nothing returning domain`,
);

/** The transaction's own zone, held until it ends, so that two changes come one after the other. */
export async function findZoneForUpdate(tx: Queries): Promise<Zone | undefined> {
  const row = await tx.maybeOne(lockZone());
  return row && zoneOfRow(row);
}

export async function updateZoneRow(tx: Queries, zone: Zone): Promise<void> {
  await tx.run(
    saveZone(JSON.stringify(zone.names), JSON.stringify(zone.taglines), zone.hue, [...zone.features], JSON.stringify(zone.limits)),
  );
}

/** False when the zone was there already; nothing is changed then. */
export async function insertZoneRow(tx: Queries, zone: Omit<Zone, 'version'>, position: number): Promise<boolean> {
  const made = await tx.maybeOne(
    insertZone(
      JSON.stringify(zone.names),
      JSON.stringify(zone.taglines),
      zone.hue,
      [...zone.features],
      JSON.stringify(zone.limits),
      zone.apexToWww,
      zone.portal,
      zone.status,
      position,
    ),
  );
  return made !== undefined;
}

/** False when another zone has the domain. */
export async function insertDomainRow(tx: Queries, domain: string, position: number): Promise<boolean> {
  return (await tx.maybeOne(insertDomain(domain, position))) !== undefined;
}
