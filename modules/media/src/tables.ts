// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Json, Timestamp } from '@madang/db/query';

export interface AssetChunksTable {
  zone_id: string;
  asset_id: string;
  version: string;
  wave: number;
  chunk: number;
  state: Generated<'waiting' | 'running' | 'done'>;
  segments: Generated<Json>;
  seconds_made: Generated<number>;
  job_id: string | null;
  stills: Generated<Json>;
}

export interface AssetLeftoversTable {
  zone_id: string;
  asset_id: string;
  version: string;
  source_key: string;
  upload_id: string;
  job_ids: string[];
  since: Timestamp;
}

export interface AssetsTable {
  zone_id: string;
  id: string;
  owner_id: string;
  upload_id: string;
  version: Generated<string>;
  status: Generated<'uploading' | 'queued' | 'processing' | 'playable' | 'ready' | 'failed'>;
  access: Generated<'public' | 'signed' | 'closed'>;
  source_key: string;
  source_name: Generated<string>;
  source_bytes: Generated<number>;
  made_bytes: Generated<number>;
  plan: Json | null;
  duration_seconds: number | null;
  width: number | null;
  height: number | null;
  growing: Generated<boolean>;
  poster: Generated<number>;
  last_poster: Generated<number>;
  poster_width: number | null;
  poster_height: number | null;
  blurhash: string | null;
  poster_origin: Generated<'made' | 'chosen' | 'uploaded'>;
  poster_candidate: number | null;
  candidates: Generated<Json>;
  storyboard: Generated<boolean>;
  waveform: Generated<boolean>;
  failure: Json | null;
  progress: Generated<Json>;
  served: Json | null;
  revivals: Generated<number>;
  job_id: string | null;
  created_at: Timestamp;
  playable_at: Timestamp | null;
  ready_at: Timestamp | null;
}

export interface CaptionsTable {
  zone_id: string;
  id: string;
  asset_id: string;
  language: string;
  name: string;
  origin: 'source' | 'uploaded';
  created_at: Timestamp;
}

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

export interface PersonUsageTable {
  zone_id: string;
  owner_id: string;
  bytes: Generated<number>;
}

export interface UploadPartsTable {
  zone_id: string;
  upload_id: string;
  start: number;
  bytes: number;
  blob_key: string;
}

export interface UploadsTable {
  zone_id: string;
  id: string;
  owner_id: string;
  name: string;
  content_type: Generated<string>;
  length: number;
  received: Generated<number>;
  state: Generated<'open' | 'complete' | 'discarded'>;
  claimed_type: string | null;
  claimed_id: string | null;
  writer: Generated<number>;
  leased_until: Timestamp | null;
  created_at: Timestamp;
  expires_at: Timestamp;
  completed_at: Timestamp | null;
  frozen: Generated<number>;
}

export interface UsageTable {
  zone_id: string;
  bytes: Generated<number>;
}

export interface Tables {
  'media.asset_chunks': AssetChunksTable;
  'media.asset_leftovers': AssetLeftoversTable;
  'media.assets': AssetsTable;
  'media.captions': CaptionsTable;
  'media.files': FilesTable;
  'media.person_usage': PersonUsageTable;
  'media.upload_parts': UploadPartsTable;
  'media.uploads': UploadsTable;
  'media.usage': UsageTable;
}
