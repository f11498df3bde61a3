import type { MetaDescriptor } from 'react-router';
import type { Page } from '../../../shell/page.ts';
import { metaWords, pageMeta } from '../../../shell/page-meta.ts';
import { isoDuration } from '../player/engine/clock-text.ts';
import type { Video } from '../player/use-player.ts';

/** Descriptions end where search engines and cards cut them anyway. */
const DESCRIPTION_LENGTH = 200;
const EMBED_WIDTH = 1280;
/** What pages say of themselves in general, said better here. */
const REPLACED = new Set(['og:type', 'twitter:card']);

const named = (descriptor: MetaDescriptor): string =>
  'property' in descriptor ? String(descriptor.property) : 'name' in descriptor ? String(descriptor.name) : '';

/** Size of the player's frame elsewhere: as wide as a large embed, as high as the film asks. */
function frameOf({ width, height }: Video): { width: number; height: number } {
  const ratio = width !== null && height !== null && width > 0 ? height / width : 9 / 16;
  return { width: EMBED_WIDTH, height: Math.round(EMBED_WIDTH * ratio) };
}

/** The film's master playlist, from the page's first line on. */
export function playerPreloads(video: Video): MetaDescriptor[] {
  if (video.playback === null) return [];
  return [
    // As hls.js asks for it: with CORS and same-origin credentials, or it would be loaded twice.
    { tagName: 'link', rel: 'preload', as: 'fetch', href: video.playback.hls, crossOrigin: 'anonymous' },
  ];
}

/** Title, Open Graph with the player and its picture, Twitter's player card, VideoObject, feed and oEmbed links of a video. */
export function watchMeta(page: Page, video: Video | null): MetaDescriptor[] {
  if (video === null) return pageMeta(page, { title: metaWords(page)?.('video:watch'), path: '/watch', index: false });
  const path = `/watch/${video.id}`;
  const url = page.origin + path;
  const embed = `${page.origin}/embed/${video.id}`;
  const description = video.description.replaceAll(/\s+/g, ' ').trim().slice(0, DESCRIPTION_LENGTH) || undefined;
  const general = pageMeta(page, {
    title: video.title,
    description,
    image: video.poster?.jpeg,
    path,
    index: video.visibility === 'public',
  }).filter((descriptor) => !REPLACED.has(named(descriptor)));
  const open = video.visibility === 'public' || video.visibility === 'unlisted';
  // Programs that read the rest read what the server wrote; after a step within the page no one does.
  if (!open || video.publishedAt === null || !import.meta.env.SSR)
    return [
      ...general,
      { property: 'og:type', content: 'website' },
      { name: 'twitter:card', content: 'summary' },
      ...playerPreloads(video),
    ];

  const frame = frameOf(video);
  const image = video.poster === null ? undefined : page.origin + video.poster.jpeg;
  return [
    ...general,
    { property: 'og:type', content: 'video.other' },
    { property: 'og:video', content: embed },
    { property: 'og:video:secure_url', content: embed },
    { property: 'og:video:type', content: 'text/html' },
    { property: 'og:video:width', content: String(frame.width) },
    { property: 'og:video:height', content: String(frame.height) },
    ...(video.poster === null
      ? []
      : [
          { property: 'og:image:type', content: 'image/jpeg' },
          { property: 'og:image:width', content: String(video.poster.width) },
          { property: 'og:image:height', content: String(video.poster.height) },
        ]),
    ...(video.durationSeconds === null ? [] : [{ property: 'video:duration', content: String(Math.round(video.durationSeconds)) }]),
    { property: 'video:release_date', content: video.publishedAt },
    ...video.tags.map((tag) => ({ property: 'video:tag', content: tag })),
    { name: 'twitter:card', content: 'player' },
    { name: 'twitter:title', content: video.title },
    ...(image === undefined ? [] : [{ name: 'twitter:image', content: image }]),
    { name: 'twitter:player', content: embed },
    { name: 'twitter:player:width', content: String(frame.width) },
    { name: 'twitter:player:height', content: String(frame.height) },
    {
      tagName: 'link',
      rel: 'alternate',
      type: 'application/json+oembed',
      title: video.title,
      href: `${page.origin}/api/v1/oembed?format=json&url=${encodeURIComponent(url)}`,
    },
    {
      tagName: 'link',
      rel: 'alternate',
      type: 'application/rss+xml',
      title: video.channel.name,
      href: `${page.origin}/api/v1/channels/${video.channel.id}/feed.xml`,
    },
    ...playerPreloads(video),
    {
      'script:ld+json': {
        '@context': 'https://schema.org',
        '@type': 'VideoObject',
        '@id': url,
        url,
        name: video.title,
        description: description ?? video.title,
        uploadDate: video.publishedAt,
        embedUrl: embed,
        thumbnailUrl: image === undefined ? [] : [image],
        ...(video.durationSeconds !== null && { duration: isoDuration(video.durationSeconds) }),
        ...(video.language !== null && { inLanguage: video.language }),
        keywords: video.tags.join(', '),
        author: { '@type': 'Person', name: video.channel.name, url: `${page.origin}/@${encodeURIComponent(video.channel.handle)}` },
        interactionStatistic: [
          { '@type': 'InteractionCounter', interactionType: { '@type': 'WatchAction' }, userInteractionCount: video.views },
          { '@type': 'InteractionCounter', interactionType: { '@type': 'LikeAction' }, userInteractionCount: video.likes },
        ],
      },
    },
  ];
}
