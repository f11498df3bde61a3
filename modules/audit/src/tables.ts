// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Json, Timestamp } from '@madang/db/query';

export interface ChainHeadsTable {
  zone_id: string;
  chain_no: number;
  hash: string;
}

export interface LogsTable {
  zone_id: string;
  at: Timestamp;
  id: string;
  user_id: string | null;
  org_id: string | null;
  action: string;
  resource_type: string;
  resource_id: string | null;
  ip: string | null;
  user_agent: string | null;
  details: Generated<Json>;
  chain_no: number | null;
  hash: string | null;
}

export interface Tables {
  'audit.chain_heads': ChainHeadsTable;
  'audit.logs': LogsTable;
}
