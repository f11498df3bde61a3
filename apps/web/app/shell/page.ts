import type { Locale, LocalizedText } from '@madang/kernel';
import type { PagePerson, PageZone } from '@madang/kernel/web';
import { useRevalidator, useRouteLoaderData } from 'react-router';

export type Theme = 'light' | 'dark' | 'system';

/** What every page knows: where it is, who reads it and how. The root loader's answer. */
export interface Page {
  readonly zone: PageZone;
  /** `http://talk.localhost:3000`, no trailing slash. */
  readonly origin: string;
  readonly locale: Locale;
  readonly theme: Theme;
  readonly person: PagePerson | null;
  readonly demo: boolean;
  readonly requestId: string | null;
}

export function useMaybePage(): Page | undefined {
  return useRouteLoaderData('root') as Page | undefined;
}

/** Throws outside a zone, where only the error page is drawn. */
export function usePage(): Page {
  const page = useMaybePage();
  if (page === undefined) throw new Error('there is no page data: the root loader failed');
  return page;
}

export function useText(): (text: LocalizedText) => string {
  const { locale } = usePage();
  return (text) => text[locale];
}

/** For showing and hiding only; the server decides again. Grants are `room:create`, `room:*` or `*`. */
export function mayDo(person: PagePerson | null, permission: `${string}:${string}`): boolean {
  const wide = `${permission.split(':')[0]}:*`;
  return person?.permissions.some((grant) => grant === '*' || grant === permission || grant === wide) ?? false;
}

/** Loads the page's data again: after signing in or out, or when a cookie that the server reads changed. */
export function useReload(): () => Promise<void> {
  const { revalidate } = useRevalidator();
  return revalidate;
}
