import type { ApiProblem } from '../../../api/problem.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { Icon } from '../../../ui/icon.tsx';
import styles from './comments.module.css';
import type { Pending } from './use-comments.ts';

interface PendingCommentProps {
  pending: Pending;
  problem: ApiProblem | null;
  onAgain: (clientId: string) => void;
  onDrop: (clientId: string) => void;
}

/** One's own words before the server has them; refused ones keep their words. */
export function PendingComment({ pending, problem, onAgain, onDrop }: PendingCommentProps) {
  const { t } = useTranslation('watch');
  const refusal = useRefusal();
  const { person } = usePage();
  if (person === null) return null;
  return (
    <li className={styles.comment}>
      <Avatar person={person} />
      <div className="grow">
        <p className="t13">
          <b className="b6">{person.name}</b>{' '}
          {pending.state === 'sending' && (
            <span className="dim">
              <Icon name="clock" size="s" /> <span className="vh">{t('comments.sending')}</span>
            </span>
          )}
        </p>
        <p className={`${styles.text} dim`}>{pending.body}</p>
        {pending.state === 'failed' && (
          <div className={styles.refused} role="alert">
            <span>{problem === null ? t('comments.not_sent') : refusal(problem)}</span>
            <Button size="s" onClick={() => onAgain(pending.clientId)}>
              {t('comments.again')}
            </Button>
            <Button size="s" kind="quiet" onClick={() => onDrop(pending.clientId)}>
              {t('comments.drop')}
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}
