import { createHash } from 'node:crypto';
import { fail, statement, type ZoneContext } from '@madang/kernel';
import type { Assets } from '@madang/media';
import { type FeedItem, rssFeed, sitemap } from './feed-xml.ts';
import type { Channels } from './social-part.ts';
import { videoErrors } from './video-errors.ts';
import { LISTED, type VideoRow, videoColumns, videoTables } from './video-rows.ts';
import { channelPath, embedPath, watchPath } from './web-paths.ts';
import { escapeXml } from './xml.ts';

const FEED_ITEMS = 50;
/** Of a sitemap's 50,000 addresses, channels and pages included. */
const SITEMAP_VIDEOS = 20_000;
const SITEMAP_CHANNELS = 5000;
const POSTERS_AT_ONCE = 1000;
const EMBED_WIDTH = 640;

interface FeedRow extends VideoRow {
  readonly description: string;
  readonly tags: string[];
}
const feedOf = statement<FeedRow, [channelId: string, limit: number]>(
  'video.feed_of_channel',
  `select ${videoColumns}, v.description, v.tags from ${videoTables} where v.channel_id = $1 and ${LISTED}
   order by v.published_at desc, v.id desc limit $2`,
);
const listed = statement<Pick<FeedRow, 'id' | 'title' | 'description' | 'duration_seconds' | 'published_at'>, [limit: number]>(
  'video.sitemap_videos',
  `select v.id, v.title, left(v.description, 2048) as description, v.duration_seconds, v.published_at from video.videos v
   where ${LISTED} order by v.published_at desc, v.id desc limit $1`,
);
const channels = statement<{ handle: string }, [limit: number]>(
  'video.sitemap_channels',
  'select handle from video.channels where videos > 0 order by subscribers desc, id limit $1',
);
const embedded = statement<VideoRow, [videoId: string]>(
  'video.find_embedded',
  `select ${videoColumns} from ${videoTables} where v.id = $1 and v.published_at is not null and v.visibility in ('public', 'unlisted')`,
);

export interface Document {
  readonly text: string;
  /** Strong, of the text. */
  readonly etag: string;
}
const documentOf = (text: string): Document => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
});

/** What other programs read of a zone's public videos [VI60]–[VI62]. `origin` is `scheme://host[:port]`, as they reached it. */
export function createFeeds(deps: { assets: Assets; channels: Channels }) {
  async function picturesOf(zone: ZoneContext, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const pictures = new Map<string, string>();
    for (let at = 0; at < ids.length; at += POSTERS_AT_ONCE) {
      for (const [id, poster] of await deps.assets.posters(zone, ids.slice(at, at + POSTERS_AT_ONCE))) pictures.set(id, poster.jpeg);
    }
    return pictures;
  }

  return {
    async rss(zone: ZoneContext, origin: string, channelId: string): Promise<Document> {
      const found = await deps.channels.find(zone.db, channelId);
      const [channel, rows] = await Promise.all([deps.channels.get(zone, undefined, found.id), zone.db.many(feedOf(found.id, FEED_ITEMS))]);
      const pictures = await picturesOf(
        zone,
        rows.map((row) => row.id),
      );
      const items = rows.map((row): FeedItem => {
        const picture = pictures.get(row.id);
        return {
          title: row.title,
          link: origin + watchPath(row.id),
          description: row.description,
          publishedAt: row.published_at ?? row.created_at,
          image: picture === undefined ? null : origin + picture,
          categories: row.tags,
        };
      });
      return documentOf(
        rssFeed({
          title: channel.name,
          link: origin + channelPath(channel.handle),
          self: `${origin}/api/v1/channels/${channel.id}/feed.xml`,
          description: channel.description,
          items,
        }),
      );
    },

    async sitemap(zone: ZoneContext, origin: string): Promise<Document> {
      const [videos, owners] = await Promise.all([zone.db.many(listed(SITEMAP_VIDEOS)), zone.db.many(channels(SITEMAP_CHANNELS))]);
      const pictures = await picturesOf(
        zone,
        videos.map((row) => row.id),
      );
      return documentOf(
        sitemap(
          [`${origin}/`, ...owners.map(({ handle }) => origin + channelPath(handle))],
          videos.map((row) => ({
            page: origin + watchPath(row.id),
            title: row.title,
            description: row.description,
            image: pictures.has(row.id) ? `${origin}${pictures.get(row.id)}` : null,
            embed: origin + embedPath(row.id),
            seconds: row.duration_seconds,
            publishedAt: row.published_at ?? new Date(0),
          })),
        ),
      );
    },

    /** oEmbed 1.0 of a watch page of this zone; throws `video.video_not_found` for what no stranger may watch. */
    async oembed(zone: ZoneContext, origin: string, asked: { url: string; maxwidth?: number | undefined; maxheight?: number | undefined }) {
      const row = await embeddedBy(zone, origin, asked.url);
      const poster = (await deps.assets.posters(zone, [row.id])).get(row.id);
      const ratio = row.width !== null && row.height !== null && row.width > 0 ? row.height / row.width : 9 / 16;
      const width = Math.max(1, Math.floor(Math.min(asked.maxwidth ?? EMBED_WIDTH, (asked.maxheight ?? Number.POSITIVE_INFINITY) / ratio)));
      const height = Math.max(1, Math.min(Math.round(width * ratio), asked.maxheight ?? Number.POSITIVE_INFINITY));
      const src = escapeXml(origin + embedPath(row.id));
      return {
        version: '1.0' as const,
        type: 'video' as const,
        title: row.title,
        author_name: row.channel_name,
        author_url: origin + channelPath(row.handle),
        provider_name: zone.zone.names.en,
        provider_url: origin,
        thumbnail_url: poster === undefined ? null : origin + poster.jpeg,
        thumbnail_width: poster?.width ?? null,
        thumbnail_height: poster?.height ?? null,
        html:
          `<iframe src="${src}" width="${width}" height="${height}" title="${escapeXml(row.title)}" ` +
          'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen style="border:0"></iframe>',
        width,
        height,
      };
    },
  };

  async function embeddedBy(zone: ZoneContext, origin: string, url: string): Promise<VideoRow> {
    const parsed = URL.parse(url, origin);
    const videoId = parsed?.origin === origin ? /^\/(?:watch|embed)\/(video_[0-9a-z]{1,60})\/?$/.exec(parsed.pathname)?.[1] : undefined;
    const row = videoId === undefined ? undefined : await zone.db.maybeOne(embedded(videoId));
    if (row === undefined) fail(videoErrors.video_not_found);
    return row;
  }
}
export type Feeds = ReturnType<typeof createFeeds>;
