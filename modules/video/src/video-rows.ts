import type { PersonCard } from '@madang/kernel';
import type { Poster } from '@madang/media';
import { channelCardOf } from './channel-views.ts';
import type { Category, VideoCard, VideoStatus, Visibility } from './wire.ts';

/** A video with the channel beside it, as one statement reads it. */
export interface VideoRow {
  readonly id: string;
  readonly channel_id: string;
  readonly owner_id: string;
  readonly title: string;
  readonly status: VideoStatus;
  readonly visibility: Visibility;
  readonly duration_seconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  readonly published_at: Date | null;
  readonly publish_at: Date | null;
  readonly created_at: Date;
  readonly handle: string;
  readonly channel_name: string;
  readonly subscribers: number;
}

export interface VideoDetailRow extends VideoRow {
  readonly description: string;
  readonly tags: string[];
  readonly category: Category;
  readonly language: string | null;
  readonly comments_open: boolean;
  readonly room_id: string | null;
  readonly upload_id: string;
  readonly member: boolean;
}

/** Of `VideoRow`; `v` and `c` are as in `videoTables`. */
export const videoColumns = `v.id, v.channel_id, v.owner_id, v.title, v.status, v.visibility, v.duration_seconds, v.width, v.height, v.views, v.likes, v.comments,
  v.published_at, v.publish_at, v.created_at, c.handle, c.name as channel_name, c.subscribers`;
/** `$2` is the person's id, '' for no one. */
export const videoDetailColumns = `${videoColumns}, v.description, v.tags, v.category, v.language, v.comments_open,
  v.room_id, v.upload_id, exists (select from video.channel_members m where m.channel_id = v.channel_id and m.user_id = $2) as member`;
export const videoTables = 'video.videos v join video.channels c on c.id = v.channel_id';

/** What lists for everyone hold. */
export const LISTED = "v.visibility = 'public' and v.published_at is not null";

export function videoCardOf(
  row: VideoRow,
  beside: { owner: PersonCard | undefined; poster: Poster | undefined; resumeSeconds: number | undefined },
): VideoCard {
  return {
    id: row.id,
    title: row.title,
    channel: channelCardOf(
      { id: row.channel_id, owner_id: row.owner_id, handle: row.handle, name: row.channel_name, subscribers: row.subscribers },
      beside.owner,
    ),
    status: row.status,
    visibility: row.visibility,
    durationSeconds: row.duration_seconds,
    width: row.width,
    height: row.height,
    poster: beside.poster ?? null,
    views: row.views,
    likes: row.likes,
    comments: row.comments,
    publishedAt: row.published_at?.toISOString() ?? null,
    publishAt: row.published_at === null ? (row.publish_at?.toISOString() ?? null) : null,
    createdAt: row.created_at.toISOString(),
    resumeSeconds: beside.resumeSeconds ?? null,
  };
}
