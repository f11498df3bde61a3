/** What people see of videos, channels, comments and playlists. Times are ISO 8601 in UTC, paths are on the zone's host. */
import { assetProgressSchema, playbackSchema, posterSchema } from '@madang/media/contract';
import { z } from 'zod';

export const VISIBILITIES = ['public', 'unlisted', 'members', 'private'] as const;
export type Visibility = (typeof VISIBILITIES)[number];
export const VIDEO_STATUSES = ['uploading', 'queued', 'processing', 'playable', 'ready', 'failed'] as const;
export type VideoStatus = (typeof VIDEO_STATUSES)[number];
/** Words for them are the pages'. */
export const CATEGORIES = [
  'education',
  'music',
  'performance',
  'film',
  'science',
  'technology',
  'sports',
  'games',
  'news',
  'life',
  'travel',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** A channel as it stands beside a video. */
export const channelCard = z.object({
  id: z.string(),
  /** Unique in the zone, without `@`. */
  handle: z.string(),
  name: z.string(),
  colour: z.number(),
  avatarUrl: z.string().nullable(),
  subscribers: z.number(),
});
export type ChannelCard = z.output<typeof channelCard>;

export const channel = channelCard.extend({
  ownerId: z.string(),
  description: z.string(),
  /** Public ones. */
  videos: z.number(),
  views: z.number(),
  createdAt: z.string(),
  /** Of the person asking. */
  mine: z.boolean(),
  subscribed: z.boolean(),
  /** New videos are told by the bell. */
  notify: z.boolean(),
  member: z.boolean(),
});
export type Channel = z.output<typeof channel>;

/** A video in a list. */
export const videoCard = z.object({
  id: z.string(),
  title: z.string(),
  channel: channelCard,
  status: z.enum(VIDEO_STATUSES),
  visibility: z.enum(VISIBILITIES),
  durationSeconds: z.number().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  poster: posterSchema.nullable(),
  views: z.number(),
  likes: z.number(),
  /** Comments and replies that can be seen. */
  comments: z.number(),
  /** When it became visible; null before. */
  publishedAt: z.string().nullable(),
  /** When a scheduled one will be. */
  publishAt: z.string().nullable(),
  createdAt: z.string(),
  /** Where the person asking stopped; null when they have not begun or have seen it to its end. */
  resumeSeconds: z.number().nullable(),
});
export type VideoCard = z.output<typeof videoCard>;

export const video = videoCard.extend({
  description: z.string(),
  tags: z.array(z.string()),
  category: z.enum(CATEGORIES),
  language: z.string().nullable(),
  liked: z.boolean(),
  commentsOpen: z.boolean(),
  progress: assetProgressSchema,
  playback: playbackSchema.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Of the live chat beside it; null where there is none. */
  roomId: z.string().nullable(),
  uploadId: z.string().nullable(),
  /** Bytes of source and qualities; null for all but its owner. */
  bytes: z.number().nullable(),
  mine: z.boolean(),
  /** What the person asking may do with it. */
  mayEdit: z.boolean(),
  mayModerate: z.boolean(),
});
export type Video = z.output<typeof video>;

export const commentPerson = z.object({
  id: z.string(),
  name: z.string(),
  colour: z.number(),
  avatarUrl: z.string().nullable(),
  /** Made the video. */
  creator: z.boolean(),
});

export const comment = z.object({
  id: z.string(),
  videoId: z.string(),
  /** The comment it answers; threads are two deep. */
  parentId: z.string().nullable(),
  author: commentPerson,
  /** Empty once deleted. */
  body: z.string(),
  likes: z.number(),
  liked: z.boolean(),
  /** Visible replies; 0 for a reply. */
  replies: z.number(),
  pinned: z.boolean(),
  /** By a moderator; only they and its author still see it. */
  hidden: z.boolean(),
  createdAt: z.string(),
  editedAt: z.string().nullable(),
  deletedAt: z.string().nullable(),
  mine: z.boolean(),
});
export type Comment = z.output<typeof comment>;

export const PLAYLIST_VISIBILITIES = ['public', 'unlisted', 'private'] as const;
export const playlist = z.object({
  id: z.string(),
  /** `watch_later` is there for everyone once, private, and named by the page. */
  kind: z.enum(['custom', 'watch_later']),
  title: z.string(),
  description: z.string(),
  visibility: z.enum(PLAYLIST_VISIBILITIES),
  owner: z.object({ id: z.string(), name: z.string() }),
  /** Those the person asking may see. */
  videos: z.number(),
  poster: posterSchema.nullable(),
  mine: z.boolean(),
  updatedAt: z.string(),
});
export type Playlist = z.output<typeof playlist>;
export const playlistItem = z.object({ video: videoCard, addedAt: z.string() });

export const historyItem = z.object({ video: videoCard, watchedAt: z.string() });

/** Of one creator's video or of the whole channel. Days are of the zone's creator's time zone offset asked for. */
export const analytics = z.object({
  from: z.string(),
  to: z.string(),
  views: z.number(),
  viewers: z.number(),
  watchSeconds: z.number(),
  averageSeconds: z.number(),
  likes: z.number(),
  comments: z.number(),
  subscribers: z.number(),
  stalls: z.number(),
  /** One per day, oldest first, without gaps. */
  days: z.array(z.object({ day: z.string(), views: z.number(), watchSeconds: z.number(), viewers: z.number() })),
  /** The share of views still watching at each hundredth of the film; empty for a channel. */
  retention: z.array(z.number()),
  devices: z.array(z.object({ name: z.enum(['phone', 'tablet', 'desktop', 'tv', 'other']), views: z.number() })),
  referrers: z.array(z.object({ name: z.string(), views: z.number() })),
  qualities: z.array(z.object({ name: z.string(), watchSeconds: z.number() })),
  /** Best first; of a channel only. */
  top: z.array(z.object({ videoId: z.string(), title: z.string(), views: z.number(), watchSeconds: z.number() })),
});
export type Analytics = z.output<typeof analytics>;
