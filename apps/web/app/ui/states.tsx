import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { isOffline, type ProblemDocument } from '../api/problem.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { StateMark } from './mark.tsx';

/** What this place is for, and the one thing to do. */
export function EmptyState({
  title,
  text,
  action,
  heading: Heading = 'h3',
}: {
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  /** `h1` where it is all there is on a page. */
  heading?: 'h1' | 'h2' | 'h3';
}) {
  return (
    <div className="state">
      <StateMark />
      <Heading>{title}</Heading>
      {text && <p>{text}</p>}
      {action && <div className="acts">{action}</div>}
    </div>
  );
}

/** The request's id (`MDG-XXXX-XXXX`), which the server's log carries too; a press copies it. */
export function Reference({ requestId }: { requestId: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" className="ref" onClick={() => void navigator.clipboard.writeText(requestId).then(() => setCopied(true))}>
      <span className="vh">{t('error.copy_reference')}</span>
      {requestId}
      <Icon name={copied ? 'check' : 'copy'} size="s" />
      <span className="vh" role="status">
        {copied ? t('copied') : ''}
      </span>
    </button>
  );
}

export interface ErrorStateProps {
  title: string;
  /** What is safe and what to do; by default what the problem says. */
  text?: ReactNode;
  /** What was thrown, or the problem a loader handed over. */
  problem?: unknown;
  onRetry?: () => void;
  retrying?: boolean;
}

export function ErrorState({ title, text, problem, onRetry, retrying = false }: ErrorStateProps) {
  const { t } = useTranslation();
  const document = documentOf(problem);
  const said = text ?? (isOffline(problem) ? t('error.offline') : document?.message || t('error.safe'));
  return (
    <div className="state bad" role="alert">
      <StateMark broken />
      <h3>{title}</h3>
      <p>{said}</p>
      <div className="acts">
        {onRetry && (
          <Button busy={retrying} onClick={onRetry}>
            <Icon name="refresh" size="s" />
            {t('try_again')}
          </Button>
        )}
        {document?.requestId && <Reference requestId={document.requestId} />}
      </div>
    </div>
  );
}

function documentOf(problem: unknown): ProblemDocument | undefined {
  if (typeof problem !== 'object' || problem === null) return undefined;
  if ('document' in problem) return problem.document as ProblemDocument;
  return 'code' in problem && 'fields' in problem ? (problem as ProblemDocument) : undefined;
}

function watchOnline(notify: () => void): () => void {
  window.addEventListener('online', notify);
  window.addEventListener('offline', notify);
  return () => {
    window.removeEventListener('online', notify);
    window.removeEventListener('offline', notify);
  };
}

/** Whether the browser has a network; true on the server. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    watchOnline,
    () => navigator.onLine,
    () => true,
  );
}

export function Banner({
  kind = 'warn',
  icon,
  action,
  children,
}: {
  kind?: 'warn' | 'bad' | 'info';
  icon: 'wifi-off' | 'alert' | 'info' | 'clock';
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={kind === 'warn' ? 'banner' : `banner ${kind}`} role="status">
      <Icon name={icon} size="s" />
      <span className="grow">{children}</span>
      {action}
    </div>
  );
}
