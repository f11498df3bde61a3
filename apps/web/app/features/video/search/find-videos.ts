import { api } from '../../../api/browser.ts';
import type { Translate } from '../../../i18n/catalogues.ts';
import type { Command } from '../../../shell/feature.ts';

/** For the palette: the page of results first, then how the search may go on. */
export async function findVideos(query: string, { t, signal }: { t: Translate; signal: AbortSignal }): Promise<readonly Command[]> {
  const q = query.slice(0, 100);
  const to = (words: string) => `/search?q=${encodeURIComponent(words)}`;
  const all: Command = { id: 'video-search', icon: 'search', label: t('video:find', { query: q }), hint: t('video:watch'), to: to(q) };
  const { items } = await api('GET /api/v1/search/suggestions', { query: { q }, signal }).catch(() => ({ items: [] }));
  return [
    all,
    ...items
      .slice(0, 5)
      .filter((words) => words !== q)
      .map((words): Command => ({ id: `video-search:${words}`, icon: 'watch', label: words, hint: t('video:watch'), to: to(words) })),
  ];
}
