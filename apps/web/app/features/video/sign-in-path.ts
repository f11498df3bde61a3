import { useCallback } from 'react';
import { useLocation } from 'react-router';
import { session } from '../../api/browser.ts';
import { usePage } from '../../shell/page.ts';

/** Where whoever needs an account for something gets one, and comes back from. */
export function useSignInPath(): string {
  const { pathname, search } = useLocation();
  return `/sign-in?next=${encodeURIComponent(pathname + search)}`;
}

/** Someone to do it as: who is here, or a guest made on the spot. */
export function useSomeone(): () => Promise<void> {
  const { person, locale } = usePage();
  return useCallback(async () => {
    if (person === null) await session().ensurePerson(locale);
  }, [person, locale]);
}
