import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { api, session } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { StateMark } from '../../ui/mark.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import type { Route } from './+types/enter-page';
import styles from './admin.module.css';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return (
    page && [
      ...pageMeta(page, { title: metaWords(page)?.('admin:enter.title'), path: '/enter', index: false }),
      { name: 'referrer', content: 'no-referrer' },
    ]
  );
}

/** Where the portal's code is spent: `/enter?code=…`. The address with the code does not stay in the history. */
export default function EnterPage() {
  const { t } = useTranslation('admin');
  const navigate = useNavigate();
  const reload = useReload();
  const [search] = useSearchParams();
  const [problem, setProblem] = useState<unknown>();
  const spent = useRef(false);
  const code = search.get('code');

  const exchange = useCallback(
    async (given: string) => {
      setProblem(undefined);
      try {
        session().adopt(await api('POST /api/v1/auth/exchange', { body: { code: given } }));
        await navigate('/admin', { replace: true });
        await reload();
      } catch (error) {
        setProblem(error);
      }
    },
    [navigate, reload],
  );
  useEffect(() => {
    // A code works once: effects that run twice must not spend it twice.
    if (code === null || spent.current) return;
    spent.current = true;
    void exchange(code);
  }, [code, exchange]);

  if (code === null)
    return (
      <div className="page">
        <EmptyState title={t('enter.missing')} text={t('enter.missing_text')} />
      </div>
    );
  if (problem !== undefined)
    return (
      <div className="page">
        <ErrorState title={t('enter.failed')} problem={problem} onRetry={() => void exchange(code)} />
      </div>
    );
  return (
    <div className={styles.crossing} role="status">
      <StateMark />
      <p>{t('enter.crossing')}</p>
    </div>
  );
}
