// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Json, Timestamp } from '@madang/db/query';

export interface DomainsTable {
  domain: string;
  zone_id: string;
  position: number;
  created_at: Generated<Timestamp>;
}

export interface ZonesTable {
  zone_id: string;
  names: Json;
  taglines: Json;
  hue: number;
  features: Generated<string[]>;
  limits: Json;
  apex_to_www: Generated<boolean>;
  portal: Generated<boolean>;
  status: Generated<'open' | 'closed'>;
  position: Generated<number>;
  version: Generated<number>;
  created_at: Generated<Timestamp>;
  updated_at: Generated<Timestamp>;
}

export interface Tables {
  'zones.domains': DomainsTable;
  'zones.zones': ZonesTable;
}
