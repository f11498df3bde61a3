// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Json, Timestamp } from '@madang/db/query';

export interface BansTable {
  zone_id: string;
  room_id: string;
  user_id: string;
  by_id: string | null;
  reason: Generated<string>;
  until: Timestamp | null;
  created_at: Timestamp;
}

export interface ChangesTable {
  zone_id: string;
  room_id: string;
  rev: number;
  seq: number;
  kind: 'edited' | 'deleted' | 'reaction';
  payload: Json | null;
  at: Timestamp;
}

export interface InvitationsTable {
  zone_id: string;
  id: string;
  room_id: string;
  invitee_id: string | null;
  token_hash: Buffer | null;
  by_id: string;
  uses: Generated<number>;
  max_uses: number | null;
  expires_at: Timestamp | null;
  created_at: Timestamp;
}

export interface MembersTable {
  zone_id: string;
  room_id: string;
  user_id: string;
  role: Generated<'owner' | 'moderator' | 'member'>;
  read_seq: Generated<number>;
  notifications: Generated<'all' | 'mentions' | 'none'>;
  joined_at: Timestamp;
  left_at: Timestamp | null;
  last_sent_at: Timestamp | null;
}

export interface MessagesTable {
  zone_id: string;
  room_id: string;
  seq: number;
  sender_id: string;
  client_id: string;
  body: string;
  reply_to: number | null;
  file_ids: string[] | null;
  mentions: string[] | null;
  reacted: Generated<boolean>;
  rev: Generated<number>;
  created_at: Timestamp;
  edited_at: Timestamp | null;
  deleted_at: Timestamp | null;
}

export interface MutesTable {
  zone_id: string;
  room_id: string;
  user_id: string;
  by_id: string | null;
  reason: Generated<string>;
  until: Timestamp | null;
  created_at: Timestamp;
}

export interface PinsTable {
  zone_id: string;
  room_id: string;
  seq: number;
  by_id: string | null;
  pinned_at: Timestamp;
}

export interface ReactionsTable {
  zone_id: string;
  room_id: string;
  seq: number;
  reaction: string;
  user_id: string;
  created_at: Timestamp;
}

export interface RoomsTable {
  zone_id: string;
  id: string;
  name: Generated<string>;
  topic: Generated<string>;
  visibility: 'public' | 'private' | 'direct' | 'attached';
  attached_type: string | null;
  attached_id: string | null;
  direct_key: string | null;
  org_id: string | null;
  owner_id: string | null;
  seq: Generated<number>;
  rev: Generated<number>;
  first_seq: Generated<number>;
  first_rev: Generated<number>;
  slow_mode_seconds: Generated<number>;
  retention_days: number | null;
  member_count: Generated<number>;
  created_at: Timestamp;
  last_at: Timestamp;
  active_at: Timestamp;
  deleted_at: Timestamp | null;
}

export interface Tables {
  'chat.bans': BansTable;
  'chat.changes': ChangesTable;
  'chat.invitations': InvitationsTable;
  'chat.members': MembersTable;
  'chat.messages': MessagesTable;
  'chat.mutes': MutesTable;
  'chat.pins': PinsTable;
  'chat.reactions': ReactionsTable;
  'chat.rooms': RoomsTable;
}
