import { Outlet, type ShouldRevalidateFunctionArgs } from 'react-router';
import { pageContext } from '../../api/load.ts';
import { TranslatorContext } from '../../i18n/use-translation.ts';
import type { Route } from './+types/video-layout';
import { readWords, useWithWords } from './with-words.ts';

export function loader({ context }: Route.LoaderArgs) {
  return readWords(pageContext(context).locale);
}

/** The words are the same on every page here: they are read again with the language, not with every step. */
export function shouldRevalidate({ currentUrl, nextUrl, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return currentUrl.href === nextUrl.href && defaultShouldRevalidate;
}

/** All pages of watching, with their words. */
export default function VideoLayout({ loaderData }: Route.ComponentProps) {
  return (
    <TranslatorContext value={useWithWords(loaderData)}>
      <Outlet />
    </TranslatorContext>
  );
}
