import { useCallback, useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { api, session } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { StateMark } from '../../ui/mark.tsx';
import { ErrorState } from '../../ui/states.tsx';
import type { Route } from './+types/start-page';
import styles from './entry-form.module.css';
import { nextPath } from './next-path.ts';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('identity:start.title'), path: '/start', index: false });
}

/**
 * The door behind "talk as a guest", also from other zones' hosts: whoever comes through is someone (the person they are, or a
 * new guest), and stands in `next`, or else in the liveliest room. Coming twice makes no second guest.
 */
export default function StartPage() {
  const { t } = useTranslation('identity');
  const { locale } = usePage();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const [problem, setProblem] = useState<unknown>();
  const next = nextPath(search, '');

  const walkIn = useCallback(async () => {
    setProblem(undefined);
    try {
      await session().ensurePerson(locale);
      await navigate(next === '' ? await liveliestRoom() : next, { replace: true });
    } catch (error) {
      setProblem(error);
    }
  }, [locale, navigate, next]);
  useEffect(() => void walkIn(), [walkIn]);

  if (problem !== undefined) return <ErrorState title={t('start.failed')} problem={problem} onRetry={() => void walkIn()} />;
  return (
    <div className={styles.wait} role="status">
      <StateMark />
      <p>{t('start.opening')}</p>
    </div>
  );
}

async function liveliestRoom(): Promise<string> {
  const { items } = await api('GET /api/v1/rooms', { query: { scope: 'public', limit: 1 } });
  return items[0] === undefined ? '/rooms' : `/rooms/${items[0].id}`;
}
