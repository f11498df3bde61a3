/** The wire of videos: HTTP endpoints. Lists answer `{items}`, newest or best first, with the next cursor in `X-Next-Cursor`. */
import { endpoints } from '@madang/kernel';
import { playbackSchema } from '@madang/media/contract';
import { z } from 'zod';
import {
  analytics,
  CATEGORIES,
  channel,
  channelCard,
  comment,
  historyItem,
  PLAYLIST_VISIBILITIES,
  playlist,
  playlistItem,
  VISIBILITIES,
  video,
  videoCard,
} from './wire.ts';

export * from './live-contract.ts';
export * from './wire.ts';

export const TITLE_LENGTH = 100;
export const DESCRIPTION_LENGTH = 5000;
export const TAGS = 20;
export const TAG_LENGTH = 40;
export const COMMENT_LENGTH = 5000;
export const PLAYLIST_VIDEOS = 1000;
export const CAPTIONS_BYTES = 2_000_000;
export const THUMBNAIL_BYTES = 10_000_000;
export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 100;
/** Between two beacons of a player. */
export const BEACON_SECONDS = 10;

const storable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();
const text = (max: number) => z.string().max(max).refine(storable, { error: 'must not contain NUL or broken characters' });
const title = text(TITLE_LENGTH).trim().min(1);
/** What cannot exist is answered 404, not 400. */
const id = z.string().min(1).max(100);
const instant = z.iso.datetime({ offset: true });
const limit = z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT);
const page = z.object({ cursor: z.string().max(200).optional(), limit });
const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });
const tags = z.array(text(TAG_LENGTH).trim().min(1)).max(TAGS);
/** 3 to 30 of letters (any script), digits, `.`, `_`, `-`. */
const handle = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{2,29}$/u);

const videoParams = z.object({ videoId: id });
/** A channel's id, or `@` and its handle. */
const channelParams = z.object({ channelId: id });
const commentParams = z.object({ commentId: id });
const playlistParams = z.object({ playlistId: id });

export const createVideoBody = z.object({
  uploadId: id,
  title,
  description: text(DESCRIPTION_LENGTH).default(''),
  visibility: z.enum(VISIBILITIES),
  tags: tags.default([]),
  category: z.enum(CATEGORIES).default('other'),
  /** BCP 47, of what is spoken. */
  language: text(35).nullish(),
  /** Until then only its owner sees it; then it becomes what `visibility` says. */
  publishAt: instant.nullish(),
  commentsOpen: z.boolean().default(true),
});
export const updateVideoBody = z.object({
  title: title.optional(),
  description: text(DESCRIPTION_LENGTH).optional(),
  visibility: z.enum(VISIBILITIES).optional(),
  tags: tags.optional(),
  category: z.enum(CATEGORIES).optional(),
  language: text(35).nullish(),
  /** Null publishes at once. */
  publishAt: instant.nullish(),
  commentsOpen: z.boolean().optional(),
  /** Another source for the same video. */
  uploadId: id.optional(),
});

/** What a player saw since its last beacon. Parts are whole seconds of the film, in order of watching. */
export const beaconBody = z.object({
  /** One per time the page was opened; made by the player. */
  viewId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  /** Counts from 0 within the view: a repeated one is harmless. */
  seq: z.number().int().min(0).max(100_000),
  positionSeconds: z.number().min(0).max(86_400),
  watched: z.array(z.tuple([z.number().min(0).max(86_400), z.number().min(0).max(86_400)])).max(50),
  quality: text(10).nullish(),
  stalls: z.number().int().min(0).max(1000).default(0),
  stalledSeconds: z.number().min(0).max(3600).default(0),
  /** Only of the first: host of the page that led here, empty for none; `embed` when embedded elsewhere. */
  referrer: text(200).nullish(),
  embedded: z.boolean().default(false),
});

const days = z.coerce.number().int().min(1).max(365).default(28);
const analyticsQuery = z.object({ days, utcOffsetMinutes: z.coerce.number().int().min(-840).max(840).default(0) });

export const videoEndpoints = endpoints({
  'GET /api/v1/videos': {
    summary: 'Videos one may see, the newest first, or as the list asks',
    query: page.extend({
      list: z.enum(['latest', 'trending', 'subscriptions', 'mine']).default('latest'),
      channelId: id.optional(),
      category: z.enum(CATEGORIES).optional(),
      tag: text(TAG_LENGTH).optional(),
      sort: z.enum(['newest', 'oldest', 'views']).default('newest'),
    }),
    responses: { 200: list(videoCard) },
  },
  'POST /api/v1/videos': {
    summary: 'Makes a video of an upload, also before its last byte has arrived; the first one makes the channel',
    body: createVideoBody,
    responses: { 201: video },
  },
  'GET /api/v1/videos/:videoId': { summary: 'One video and how to play it', params: videoParams, responses: { 200: video } },
  'PATCH /api/v1/videos/:videoId': { summary: 'Change it', params: videoParams, body: updateVideoBody, responses: { 200: video } },
  'DELETE /api/v1/videos/:videoId': { summary: 'Delete it with all that was made of it', params: videoParams, responses: { 204: null } },
  'GET /api/v1/videos/:videoId/playback': {
    summary: 'Fresh paths: signed ones last six hours',
    params: videoParams,
    responses: { 200: playbackSchema },
  },
  'POST /api/v1/videos/:videoId/retry': { summary: 'Try again what failed', params: videoParams, responses: { 200: video } },
  'GET /api/v1/videos/:videoId/original': {
    summary: 'The source, for its owner',
    params: videoParams,
    responses: { 200: 'stream', 206: 'stream', 302: null, 416: null },
  },
  'GET /api/v1/videos/:videoId/related': {
    summary: 'What to watch next',
    params: videoParams,
    query: z.object({ limit }),
    responses: { 200: list(videoCard) },
  },
  'POST /api/v1/videos/:videoId/beacons': {
    summary: 'What a player saw in the last ten seconds',
    params: videoParams,
    body: beaconBody,
    responses: { 204: null },
  },
  'PUT /api/v1/videos/:videoId/like': {
    summary: 'Like',
    params: videoParams,
    responses: { 200: z.object({ likes: z.number(), liked: z.boolean() }) },
  },
  'DELETE /api/v1/videos/:videoId/like': {
    summary: 'Take a like back',
    params: videoParams,
    responses: { 200: z.object({ likes: z.number(), liked: z.boolean() }) },
  },
  'GET /api/v1/videos/:videoId/thumbnails': {
    summary: 'Pictures to choose from',
    params: videoParams,
    responses: {
      200: z.object({
        items: z.array(z.object({ index: z.number(), url: z.string(), atSeconds: z.number() })),
        chosen: z.number().nullable(),
      }),
    },
  },
  'PUT /api/v1/videos/:videoId/thumbnail': {
    summary: 'Choose one',
    params: videoParams,
    body: z.object({ index: z.number().int().min(0).max(100) }),
    responses: { 200: video },
  },
  'POST /api/v1/videos/:videoId/thumbnail-file': {
    summary: 'A picture of one’s own: multipart/form-data with one file',
    params: videoParams,
    responses: { 200: video },
  },
  'PUT /api/v1/videos/:videoId/captions/:language': {
    summary: 'Captions in a language, as WebVTT text; a second time replaces them',
    params: videoParams.extend({ language: z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/) }),
    body: z.object({ name: text(60).trim().min(1), vtt: text(CAPTIONS_BYTES) }),
    responses: { 200: video },
  },
  'DELETE /api/v1/videos/:videoId/captions/:captionsId': {
    summary: 'Remove captions',
    params: videoParams.extend({ captionsId: id }),
    responses: { 200: video },
  },
  'GET /api/v1/videos/:videoId/analytics': {
    summary: 'Figures of one’s own video',
    params: videoParams,
    query: analyticsQuery,
    responses: { 200: analytics },
  },
  'GET /api/v1/videos/:videoId/comments': {
    summary: 'Comments, pinned first; or the replies of one, oldest first',
    params: videoParams,
    query: page.extend({ sort: z.enum(['top', 'newest']).default('top'), parentId: id.optional() }),
    responses: { 200: list(comment) },
  },
  'POST /api/v1/videos/:videoId/comments': {
    summary: 'Comment, or reply',
    params: videoParams,
    body: z.object({ body: text(COMMENT_LENGTH).trim().min(1), parentId: id.nullish(), clientId: text(64).min(1).optional() }),
    responses: { 200: comment, 201: comment },
  },
  'PATCH /api/v1/comments/:commentId': {
    summary: 'Edit one’s own',
    params: commentParams,
    body: z.object({ body: text(COMMENT_LENGTH).trim().min(1) }),
    responses: { 200: comment },
  },
  'DELETE /api/v1/comments/:commentId': { summary: 'Delete', params: commentParams, responses: { 204: null } },
  'PUT /api/v1/comments/:commentId/like': { summary: 'Like a comment', params: commentParams, responses: { 200: comment } },
  'DELETE /api/v1/comments/:commentId/like': { summary: 'Take it back', params: commentParams, responses: { 200: comment } },
  'PUT /api/v1/comments/:commentId/pin': {
    summary: 'Pin above the others (by the creator); one at a time',
    params: commentParams,
    responses: { 200: comment },
  },
  'DELETE /api/v1/comments/:commentId/pin': { summary: 'Unpin', params: commentParams, responses: { 200: comment } },
  'PUT /api/v1/comments/:commentId/hidden': {
    summary: 'Hide or show (by creator or moderators)',
    params: commentParams,
    body: z.object({ hidden: z.boolean() }),
    responses: { 200: comment },
  },

  'GET /api/v1/channels': { summary: 'Channels, the most subscribed first', query: page, responses: { 200: list(channelCard) } },
  'POST /api/v1/channels': {
    summary: 'Make one’s channel; one per person',
    body: z.object({ name: text(60).trim().min(1), handle: handle.optional(), description: text(2000).default('') }),
    responses: { 201: channel },
  },
  'GET /api/v1/channels/mine': { summary: 'One’s own channel; 404 before there is one', responses: { 200: channel } },
  'GET /api/v1/channels/:channelId': { summary: 'A channel, by id or @handle', params: channelParams, responses: { 200: channel } },
  'PATCH /api/v1/channels/:channelId': {
    summary: 'Change it',
    params: channelParams,
    body: z.object({ name: text(60).trim().min(1).optional(), handle: handle.optional(), description: text(2000).optional() }),
    responses: { 200: channel },
  },
  'PUT /api/v1/channels/:channelId/subscription': {
    summary: 'Subscribe; `notify` rings the bell for each new video',
    params: channelParams,
    body: z.object({ notify: z.boolean().default(true) }),
    responses: { 200: channel },
  },
  'DELETE /api/v1/channels/:channelId/subscription': { summary: 'Unsubscribe', params: channelParams, responses: { 200: channel } },
  'GET /api/v1/subscriptions': { summary: 'Channels one is subscribed to', query: page, responses: { 200: list(channelCard) } },
  'GET /api/v1/channels/:channelId/members': {
    summary: 'Who may watch its videos for members',
    params: channelParams,
    query: page,
    responses: {
      200: list(z.object({ id: z.string(), name: z.string(), colour: z.number(), avatarUrl: z.string().nullable(), since: z.string() })),
    },
  },
  'PUT /api/v1/channels/:channelId/members/:userId': {
    summary: 'Invite a member',
    params: channelParams.extend({ userId: id }),
    responses: { 204: null },
  },
  'DELETE /api/v1/channels/:channelId/members/:userId': {
    summary: 'Remove a member',
    params: channelParams.extend({ userId: id }),
    responses: { 204: null },
  },
  'GET /api/v1/channels/:channelId/analytics': {
    summary: 'Figures of one’s own channel',
    params: channelParams,
    query: analyticsQuery,
    responses: { 200: analytics },
  },

  'GET /api/v1/playlists': {
    summary: 'One’s own playlists, or the public ones of a person',
    query: page.extend({ ownerId: id.optional(), videoId: id.optional() }),
    /** `has` answers `videoId`. */
    responses: { 200: list(playlist.extend({ has: z.boolean() })) },
  },
  'POST /api/v1/playlists': {
    summary: 'Make one',
    body: z.object({ title, description: text(2000).default(''), visibility: z.enum(PLAYLIST_VISIBILITIES).default('private') }),
    responses: { 201: playlist },
  },
  'GET /api/v1/playlists/:playlistId': {
    summary: 'One playlist; `watch-later` is one’s own',
    params: playlistParams,
    responses: { 200: playlist },
  },
  'PATCH /api/v1/playlists/:playlistId': {
    summary: 'Change it',
    params: playlistParams,
    body: z.object({ title: title.optional(), description: text(2000).optional(), visibility: z.enum(PLAYLIST_VISIBILITIES).optional() }),
    responses: { 200: playlist },
  },
  'DELETE /api/v1/playlists/:playlistId': { summary: 'Delete it; the videos stay', params: playlistParams, responses: { 204: null } },
  'GET /api/v1/playlists/:playlistId/items': {
    summary: 'Its videos, in order; those one may not see are left out',
    params: playlistParams,
    query: page,
    responses: { 200: list(playlistItem) },
  },
  'PUT /api/v1/playlists/:playlistId/items/:videoId': {
    summary: 'Add a video, or move it to another place (from 0)',
    params: playlistParams.extend({ videoId: id }),
    body: z.object({ index: z.number().int().min(0).max(PLAYLIST_VIDEOS).optional() }),
    responses: { 200: playlist },
  },
  'DELETE /api/v1/playlists/:playlistId/items/:videoId': {
    summary: 'Take a video out',
    params: playlistParams.extend({ videoId: id }),
    responses: { 200: playlist },
  },

  'GET /api/v1/history': { summary: 'What one watched, the latest first', query: page, responses: { 200: list(historyItem) } },
  'DELETE /api/v1/history': { summary: 'Forget all of it', responses: { 204: null } },
  'DELETE /api/v1/history/:videoId': { summary: 'Forget one', params: videoParams, responses: { 204: null } },

  'GET /api/v1/search': {
    summary: 'Videos and channels by words; forgives typing errors and Korean endings',
    query: page.extend({ q: text(100).trim().min(1) }),
    responses: { 200: z.object({ items: z.array(videoCard), channels: z.array(channelCard) }) },
  },
  'GET /api/v1/search/suggestions': {
    summary: 'How a search may go on',
    query: z.object({ q: text(100).trim().min(1) }),
    responses: { 200: list(z.string()) },
  },

  'GET /api/v1/channels/:channelId/feed.xml': {
    summary: 'RSS 2.0 of its public videos',
    params: channelParams,
    responses: { 200: 'stream', 304: null },
  },
  'GET /api/v1/oembed': {
    summary: 'oEmbed 1.0 of a watch page',
    query: z.object({
      url: z.string().max(500),
      maxwidth: z.coerce.number().int().min(1).max(4096).optional(),
      maxheight: z.coerce.number().int().min(1).max(4096).optional(),
      format: z.string().max(10).optional(),
    }),
    responses: {
      200: z.object({
        version: z.literal('1.0'),
        type: z.literal('video'),
        title: z.string(),
        author_name: z.string(),
        author_url: z.string(),
        provider_name: z.string(),
        provider_url: z.string(),
        thumbnail_url: z.string().nullable(),
        thumbnail_width: z.number().nullable(),
        thumbnail_height: z.number().nullable(),
        html: z.string(),
        width: z.number(),
        height: z.number(),
      }),
    },
  },
  'GET /sitemap.xml': { summary: 'The public videos and channels of the zone, for search engines', responses: { 200: 'stream' } },
});
