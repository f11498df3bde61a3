import { data, Outlet, redirect, type ShouldRevalidateFunctionArgs } from 'react-router';
import { attempt, pageContext } from '../../../api/load.ts';
import { TranslatorContext, useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { readWords, useWithWords } from '../words/with-words.ts';
import type { Route } from './+types/studio-layout';
import styles from './studio.module.css';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { person, zone, locale } = pageContext(context);
  const { pathname, search } = new URL(request.url);
  if (!zone.features.includes('video')) throw data(null, { status: 404 });
  if (person === null) throw redirect(`/sign-in?next=${encodeURIComponent(pathname.replace(/\.data$/, '') + search)}`);
  const [words, limits] = await Promise.all([
    readWords(locale),
    mayDo(person, 'channel:create') ? attempt(context, 'GET /api/v1/uploads/limits') : undefined,
  ]);
  return { words, limits: limits?.ok ? limits.body : null };
}

/** Words are read again with the language, not with every step; limits are asked for by what needs them fresh. */
export function shouldRevalidate({ currentUrl, nextUrl, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return currentUrl.href === nextUrl.href && defaultShouldRevalidate;
}

export default function StudioLayout({ loaderData }: Route.ComponentProps) {
  const translator = useWithWords(loaderData.words);
  const { person } = usePage();
  return (
    <TranslatorContext value={translator}>
      <div className={styles.studio}>{mayDo(person, 'channel:create') ? <Outlet /> : <AccountNeeded />}</div>
    </TranslatorContext>
  );
}

/** Guests watch; what is made stays with an account. */
function AccountNeeded() {
  const { t } = useTranslation('studioPages');
  const { t: shell } = useTranslation('shell');
  return (
    <EmptyState
      heading="h1"
      title={t('account_needed.title')}
      text={t('account_needed.text')}
      action={
        <>
          <ButtonLink kind="primary" to="/sign-up?next=%2Fstudio">
            {shell('keep_account')}
          </ButtonLink>
          <ButtonLink to="/sign-in?next=%2Fstudio">{shell('sign_in')}</ButtonLink>
        </>
      }
    />
  );
}
