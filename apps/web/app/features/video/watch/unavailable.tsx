import type { ProblemDocument } from '../../../api/problem.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { useSignInPath } from '../sign-in-path.ts';
import styles from './watch.module.css';

/** Gone, private or for members: which of them is nobody's business, what to do is. */
export default function Unavailable({ problem }: { problem: ProblemDocument }) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const signIn = useSignInPath();
  const closed = problem.status === 401 || problem.status === 403 || problem.status === 404;
  return (
    <div className={styles.unavailable}>
      {closed ? (
        <EmptyState
          heading="h1"
          title={t('unavailable.title')}
          text={person === null || person.guest ? t('unavailable.text_sign_in') : t('unavailable.text')}
          action={
            <>
              {(person === null || person.guest) && (
                <ButtonLink kind="primary" to={signIn}>
                  {t('sign_in')}
                </ButtonLink>
              )}
              <ButtonLink to="/watch">{t('home.all')}</ButtonLink>
            </>
          }
        />
      ) : (
        <ErrorState title={t('unavailable.failed')} problem={problem} onRetry={() => location.reload()} />
      )}
    </div>
  );
}
