import { escapeXml } from './xml.ts';

export interface FeedItem {
  readonly title: string;
  /** Absolute. */
  readonly link: string;
  readonly description: string;
  readonly publishedAt: Date;
  readonly image: string | null;
  readonly categories: readonly string[];
}

/** RSS 2.0 with Media RSS pictures (https://www.rssboard.org/rss-specification). */
export function rssFeed(feed: {
  readonly title: string;
  readonly link: string;
  readonly self: string;
  readonly description: string;
  readonly items: readonly FeedItem[];
}): string {
  const items = feed.items.map(
    (item) => `<item><title>${escapeXml(item.title)}</title><link>${escapeXml(item.link)}</link>
<guid isPermaLink="true">${escapeXml(item.link)}</guid><pubDate>${item.publishedAt.toUTCString()}</pubDate>
<description>${escapeXml(item.description)}</description>${item.categories.map((tag) => `<category>${escapeXml(tag)}</category>`).join('')}${
      item.image === null ? '' : `<media:thumbnail url="${escapeXml(item.image)}"/>`
    }</item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>${escapeXml(feed.title)}</title><link>${escapeXml(feed.link)}</link><description>${escapeXml(feed.description)}</description>
<atom:link href="${escapeXml(feed.self)}" rel="self" type="application/rss+xml"/>
${items.join('\n')}
</channel></rss>
`;
}

export interface SitemapVideo {
  readonly page: string;
  readonly title: string;
  readonly description: string;
  readonly image: string | null;
  readonly embed: string;
  readonly seconds: number | null;
  readonly publishedAt: Date;
}

/** Sitemap 0.9 with the video extension; `pages` are absolute and have nothing to watch. */
export function sitemap(pages: readonly string[], videos: readonly SitemapVideo[]): string {
  const plain = pages.map((page) => `<url><loc>${escapeXml(page)}</loc></url>`);
  const watched = videos.map(({ page, title, description, image, embed, seconds, publishedAt }) => {
    // a video entry without its picture is refused by readers: the page alone is then named
    const video =
      image === null
        ? ''
        : `<video:video><video:thumbnail_loc>${escapeXml(image)}</video:thumbnail_loc><video:title>${escapeXml(title)}</video:title>` +
          `<video:description>${escapeXml(description === '' ? title : description.slice(0, 2048))}</video:description>` +
          `<video:player_loc>${escapeXml(embed)}</video:player_loc>` +
          (seconds === null || seconds < 1 || seconds > 28_800 ? '' : `<video:duration>${Math.round(seconds)}</video:duration>`) +
          `<video:publication_date>${publishedAt.toISOString()}</video:publication_date></video:video>`;
    return `<url><loc>${escapeXml(page)}</loc><lastmod>${publishedAt.toISOString()}</lastmod>${video}</url>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
${[...plain, ...watched].join('\n')}
</urlset>
`;
}
