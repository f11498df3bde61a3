import type { SignedInBody } from '@madang/identity/contract';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { session } from '../../api/browser.ts';
import { ApiProblem, isOffline } from '../../api/problem.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { nextPath } from './next-path.ts';

/** What the forms of entry share: one attempt at a time, its refusal, and the way on (`next`, or `otherwise`) when it succeeds. */
export function useEntry(otherwise = '/') {
  const { t } = useTranslation('identity');
  const navigate = useNavigate();
  const reload = useReload();
  const [search] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();

  async function enter(attempt: () => Promise<SignedInBody>): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      session().adopt(await attempt());
      await navigate(nextPath(search, otherwise), { replace: true });
      await reload();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  /** What to say above the form: nothing when every complaint stands at its field. */
  const complaint =
    problem === undefined
      ? undefined
      : isOffline(problem)
        ? t('offline')
        : problem.document.fields.length > 0
          ? undefined
          : problem.document.message || t('failed');
  return { busy, problem, complaint, enter, search };
}
