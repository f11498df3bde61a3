// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, Timestamp } from '@madang/db/query';

export interface ChannelMembersTable {
  zone_id: string;
  channel_id: string;
  user_id: string;
  since: Timestamp;
}

export interface ChannelsTable {
  zone_id: string;
  id: string;
  owner_id: string;
  handle: string;
  handle_key: string;
  name: string;
  description: Generated<string>;
  subscribers: Generated<number>;
  videos: Generated<number>;
  views: Generated<number>;
  created_at: Timestamp;
}

export interface DailyViewsTable {
  zone_id: string;
  video_id: string;
  day: string;
  views: Generated<number>;
  watch_seconds: Generated<number>;
  viewers: Generated<number>;
}

export interface VideosTable {
  zone_id: string;
  id: string;
  channel_id: string;
  owner_id: string;
  upload_id: string;
  title: string;
  description: Generated<string>;
  tags: Generated<string[]>;
  category: Generated<string>;
  language: string | null;
  visibility: 'public' | 'unlisted' | 'members' | 'private';
  publish_at: Timestamp | null;
  published_at: Timestamp | null;
  comments_open: Generated<boolean>;
  room_id: string | null;
  status: Generated<'uploading' | 'queued' | 'processing' | 'playable' | 'ready' | 'failed'>;
  duration_seconds: number | null;
  width: number | null;
  height: number | null;
  poster: Generated<number>;
  blurhash: string | null;
  failure_code: string | null;
  views: Generated<number>;
  likes: Generated<number>;
  comments: Generated<number>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface Tables {
  'video.channel_members': ChannelMembersTable;
  'video.channels': ChannelsTable;
  'video.daily_views': DailyViewsTable;
  'video.videos': VideosTable;
}
