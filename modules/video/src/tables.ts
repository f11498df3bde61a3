// Generated from the migrated database by tools/generate-tables.ts; do not edit.
import type { Generated, GeneratedAlways, Json, Timestamp } from '@madang/db/query';

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
  called: GeneratedAlways<string>;
}

export interface CommentLikesTable {
  zone_id: string;
  comment_id: string;
  user_id: string;
  created_at: Timestamp;
}

export interface CommentsTable {
  zone_id: string;
  id: string;
  video_id: string;
  parent_id: string | null;
  author_id: string;
  client_id: string | null;
  body: string;
  likes: Generated<number>;
  replies: Generated<number>;
  pinned_at: Timestamp | null;
  hidden_at: Timestamp | null;
  created_at: Timestamp;
  edited_at: Timestamp | null;
  deleted_at: Timestamp | null;
  most_likes: Generated<number>;
}

export interface DailyViewsTable {
  zone_id: string;
  video_id: string;
  day: string;
  views: Generated<number>;
  watch_seconds: Generated<number>;
  viewers: Generated<number>;
}

export interface HistoryTable {
  zone_id: string;
  user_id: string;
  video_id: string;
  position_seconds: number;
  watched_at: Timestamp;
}

export interface LastViewsTable {
  zone_id: string;
  video_id: string;
  viewer: string;
  counted_at: Timestamp;
}

export interface LikesTable {
  zone_id: string;
  video_id: string;
  user_id: string;
  created_at: Timestamp;
}

export interface PlaylistItemsTable {
  zone_id: string;
  playlist_id: string;
  video_id: string;
  place: number;
  added_at: Timestamp;
}

export interface PlaylistsTable {
  zone_id: string;
  id: string;
  owner_id: string;
  kind: Generated<'custom' | 'watch_later'>;
  title: string;
  description: Generated<string>;
  visibility: 'public' | 'unlisted' | 'private';
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface RetentionTable {
  zone_id: string;
  video_id: string;
  views: number;
  parts: number[];
}

export interface SearchTable {
  zone_id: string;
  video_id: string;
  title: string;
  title_terms: string;
  terms: string;
  watched: number;
  published_at: Timestamp;
}

export interface SearchWordsTable {
  zone_id: string;
  word: string;
  uses: number;
}

export interface SubscriptionsTable {
  zone_id: string;
  channel_id: string;
  user_id: string;
  notify: Generated<boolean>;
  created_at: Timestamp;
}

export interface TagsTable {
  zone_id: string;
  tag: string;
  video_id: string;
  published_at: Timestamp;
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

export interface ViewerSaltsTable {
  zone_id: string;
  day: string;
  salt: Buffer;
}

export interface ViewsTable {
  zone_id: string;
  video_id: string;
  view_id: string;
  day: string;
  viewer: string;
  device: string;
  referrer: string;
  first_at: Timestamp;
  last_at: Timestamp;
  watch_seconds: Generated<number>;
  furthest_seconds: Generated<number>;
  qualities: Generated<Json>;
  stalls: Generated<number>;
  stalled_seconds: Generated<number>;
  parts: Generated<string>;
  beacons: Generated<number[]>;
  verdict: Generated<'open' | 'counted' | 'repeated'>;
}

export interface Tables {
  'video.channel_members': ChannelMembersTable;
  'video.channels': ChannelsTable;
  'video.comment_likes': CommentLikesTable;
  'video.comments': CommentsTable;
  'video.daily_views': DailyViewsTable;
  'video.history': HistoryTable;
  'video.last_views': LastViewsTable;
  'video.likes': LikesTable;
  'video.playlist_items': PlaylistItemsTable;
  'video.playlists': PlaylistsTable;
  'video.retention': RetentionTable;
  'video.search': SearchTable;
  'video.search_words': SearchWordsTable;
  'video.subscriptions': SubscriptionsTable;
  'video.tags': TagsTable;
  'video.videos': VideosTable;
  'video.viewer_salts': ViewerSaltsTable;
  'video.views': ViewsTable;
}
