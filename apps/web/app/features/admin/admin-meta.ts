import type { MetaDescriptor } from 'react-router';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import type { Section } from './sections.ts';

/** `구성원 · 관리`: the title of a section; nothing here is for search engines. */
export function adminMeta(matches: Parameters<typeof pageOf>[0], section: Section['name'], path: string): MetaDescriptor[] | undefined {
  const page = pageOf(matches);
  const words = page && metaWords(page);
  if (page === undefined || words === undefined) return undefined;
  return pageMeta(page, { title: `${words(`admin:section.${section}`)} · ${words('admin:nav')}`, path, index: false });
}
