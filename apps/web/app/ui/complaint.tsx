import { useEffect, useRef } from 'react';
import { ApiProblem, isOffline } from '../api/problem.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import styles from './complaint.module.css';
import { Icon } from './icon.tsx';

/** What a refusal says, in words for the person. */
export function useRefusal(): (problem: unknown) => string {
  const { t } = useTranslation();
  return (problem) => {
    if (isOffline(problem)) return t('error.offline');
    return problem instanceof ApiProblem && problem.document.message !== '' ? problem.document.message : t('error.safe');
  };
}

/** Why a form was refused; silent when every complaint stands at its own field. Takes the focus, so that it is heard. */
export function Complaint({ problem }: { problem: ApiProblem | undefined }) {
  const refusal = useRefusal();
  const alert = useRef<HTMLParagraphElement>(null);
  const silent = problem === undefined || problem.document.fields.length > 0;
  useEffect(() => {
    if (!silent) alert.current?.focus();
  }, [silent]);
  if (silent) return null;
  return (
    <p className={styles.complaint} role="alert" ref={alert} tabIndex={-1}>
      <Icon name="alert" size="s" />
      {refusal(problem)}
    </p>
  );
}
