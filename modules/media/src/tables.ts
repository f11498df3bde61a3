// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Timestamp } from '@madang/db/query';

export interface FilesTable {
  zone_id: string;
  id: string;
  owner_id: string;
  scope_type: string;
  scope_id: string;
  state: Generated<'pending' | 'ready' | 'deleting'>;
  name: Generated<string>;
  kind: Generated<'image' | 'video' | 'audio' | 'document' | 'other'>;
  content_type: Generated<string>;
  bytes: Generated<number>;
  width: number | null;
  height: number | null;
  sha256: string | null;
  blob_key: string;
  thumbnail_key: string | null;
  thumbnail_bytes: Generated<number>;
  attached_at: Timestamp | null;
  created_at: Timestamp;
}

export interface UsageTable {
  zone_id: string;
  bytes: Generated<number>;
}

export interface Tables {
  'media.files': FilesTable;
  'media.usage': UsageTable;
}
