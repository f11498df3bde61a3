// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Json, Timestamp } from '@madang/db/query';

export interface ItemsTable {
  zone_id: string;
  id: string;
  user_id: string;
  kind: string;
  about: string;
  actor_id: string | null;
  payload: Json;
  created_at: Timestamp;
  read_at: Timestamp | null;
}

export interface PreferencesTable {
  zone_id: string;
  user_id: string;
  kind: string;
  is_on: boolean;
}

export interface Tables {
  'notifications.items': ItemsTable;
  'notifications.preferences': PreferencesTable;
}
