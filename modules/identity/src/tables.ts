// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Json, Timestamp } from '@madang/db/query';

export interface CapabilitiesTable {
  zone_id: string;
  user_id: string;
  capability: 'mentor' | 'creator' | 'operator';
  granted_by: string | null;
  granted_at: Timestamp;
}

export interface MembershipsTable {
  zone_id: string;
  user_id: string;
  org_id: string;
  role: 'org_admin' | 'teacher' | 'student' | 'parent';
  joined_at: Timestamp;
}

export interface OneTimeTokensTable {
  zone_id: string;
  hash: Buffer;
  purpose: 'set-password' | 'setup' | 'enter';
  user_id: string | null;
  details: Generated<Json>;
  created_at: Timestamp;
  expires_at: Timestamp;
}

export interface OrganizationsTable {
  zone_id: string;
  id: string;
  name: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface SessionsTable {
  zone_id: string;
  id: string;
  user_id: string;
  generation: Generated<number>;
  seed: Buffer;
  token_hash: Buffer;
  rotated_at: Timestamp;
  entered_as: 'super_admin' | 'operator' | null;
  user_agent: string | null;
  ip: string | null;
  created_at: Timestamp;
  last_used_at: Timestamp;
  expires_at: Timestamp;
  ended_at: Timestamp | null;
  ended_reason: string | null;
}

export interface SigningKeysTable {
  kid: string;
  public_jwk: Json;
  sealed_private_key: Buffer;
  created_at: Timestamp;
  signs_from: Timestamp;
}

export interface UsersTable {
  zone_id: string;
  id: string;
  kind: 'guest' | 'account';
  name: string;
  colour: number;
  email: string | null;
  password_hash: string | null;
  role: 'super_admin' | 'zone_admin' | 'org_admin' | 'teacher' | 'student' | 'parent' | 'guest';
  org_id: string | null;
  locale: 'ko' | 'en' | 'ja' | 'es';
  avatar_file_id: string | null;
  avatar_url: string | null;
  status: Generated<'invited' | 'active' | 'suspended' | 'merged'>;
  merged_into: string | null;
  home_zone_id: string | null;
  last_seen_at: Timestamp | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface Tables {
  'identity.capabilities': CapabilitiesTable;
  'identity.memberships': MembershipsTable;
  'identity.one_time_tokens': OneTimeTokensTable;
  'identity.organizations': OrganizationsTable;
  'identity.sessions': SessionsTable;
  'identity.signing_keys': SigningKeysTable;
  'identity.users': UsersTable;
}
