import type { MetaDescriptor } from 'react-router';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';

export type StudioSection = 'upload' | 'videos' | 'video' | 'analytics' | 'channel';

/** `내 영상 · 스튜디오`; nothing here is for search engines. */
export function studioMeta(
  matches: Parameters<typeof pageOf>[0],
  section: StudioSection,
  path: string,
  title?: string,
): MetaDescriptor[] | undefined {
  const page = pageOf(matches);
  const words = page && metaWords(page);
  if (page === undefined || words === undefined) return undefined;
  return pageMeta(page, { title: `${title ?? words(`studio:section.${section}`)} · ${words('studio:nav')}`, path, index: false });
}
