import { isRouteErrorResponse, Link, useRevalidator } from 'react-router';
import { isOffline, isProblemDocument } from '../api/problem.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { Button } from '../ui/button.tsx';
import { StateMark } from '../ui/mark.tsx';
import { Reference } from '../ui/states.tsx';
import { useMaybePage } from './page.ts';

function read(error: unknown): { kind: 'not_found' | 'forbidden' | 'broken'; said?: string; requestId?: string | null } {
  if (!isRouteErrorResponse(error)) return { kind: 'broken' };
  const problem = isProblemDocument(error.data) ? error.data : undefined;
  if (error.status === 404) return { kind: 'not_found', requestId: null };
  if (error.status === 401 || error.status === 403) return { kind: 'forbidden', said: problem?.message, requestId: null };
  return { kind: 'broken', said: problem?.message, requestId: problem?.requestId };
}

/** What happened, what is safe, what to do, and the reference that leads to the log. Inside the shell where there is one. */
export function ErrorPage({ error }: { error: unknown }) {
  const { t } = useTranslation('shell');
  const { t: common } = useTranslation();
  const page = useMaybePage();
  const { revalidate, state } = useRevalidator();
  const { kind, said, requestId } = read(error);
  const reference = requestId === undefined ? page?.requestId : requestId;
  return (
    <div className="page" style={{ display: 'grid', placeContent: 'center', flex: 1, minHeight: '60dvh' }}>
      <div className={kind === 'broken' ? 'state bad' : 'state'} role="alert">
        <StateMark broken={kind === 'broken'} />
        <h1>{t(`problem.${kind}.title`)}</h1>
        <p>{isOffline(error) ? common('error.offline') : said || t(`problem.${kind}.text`)}</p>
        <div className="acts">
          {kind === 'broken' && (
            <Button kind="primary" busy={state === 'loading'} onClick={() => void revalidate()}>
              {common('try_again')}
            </Button>
          )}
          {kind === 'forbidden' && (
            <Link className="btn primary" to="/sign-in">
              {t('sign_in')}
            </Link>
          )}
          <Link className="btn secondary" to="/">
            {t('problem.to_home')}
          </Link>
          {kind === 'broken' && reference && <Reference requestId={reference} />}
        </div>
      </div>
    </div>
  );
}
