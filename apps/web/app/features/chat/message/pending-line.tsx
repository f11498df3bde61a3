import clsx from 'clsx';
import { memo } from 'react';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Pending } from '../engine/room-state.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './message.module.css';
import { MessageFiles } from './message-files.tsx';
import { MessageText } from './message-text.tsx';

/** A message on its way: grey with a clock while it waits, with its words and a choice when it failed. */
export default memo(function PendingLine({ pending, first }: { pending: Pending; first: boolean }) {
  const { t } = useMoreWords();
  const { person } = usePage();
  const { session } = useRoomUi();
  const { clientId, step } = pending;
  const failed = step === 'failed';
  return (
    <li className={clsx(styles.message, first && styles.first, styles.own, styles.pending, failed && styles.failed)} data-line={clientId}>
      {first ? (
        <span className={styles.face}>{person && <Avatar person={person} />}</span>
      ) : (
        <span className={styles.time} aria-hidden="true">
          <Time at={pending.createdAt} />
        </span>
      )}
      <div className={styles.content}>
        {first && (
          <div className={styles.who}>
            <b>{person?.name}</b>
            <Time at={pending.createdAt} />
          </div>
        )}
        <div className={styles.text}>
          <MessageText body={pending.body} />
        </div>
        {pending.files.length > 0 && <MessageFiles files={pending.files} />}
        {failed ? (
          <p className={styles.status} role="alert">
            <Icon name="alert" size="s" />
            {pending.problem || t('pending.failed')}
            <button type="button" onClick={() => session?.queue.retry(clientId)}>
              {t('pending.again')}
            </button>
            <button type="button" onClick={() => session?.queue.discard(clientId)}>
              {t('pending.discard')}
            </button>
          </p>
        ) : (
          step === 'waiting' && (
            <p className={styles.status}>
              <Icon name="clock" size="s" />
              {t('pending.waiting')}
            </p>
          )
        )}
      </div>
    </li>
  );
});
