import { useTranslation } from '../../../i18n/use-translation.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import styles from './room.module.css';

/** There is no room to show: it asks for someone, is closed to this one, or is not. */
export function ClosedRoom({
  roomId,
  problem,
}: {
  roomId: string;
  problem: { status: number; code: string; requestId?: string | null } | null;
}) {
  const { t } = useTranslation('chat');
  const toRooms = <ButtonLink to="/rooms">{t('closed.to_rooms')}</ButtonLink>;
  return (
    <section className={styles.closed} aria-label={t('room')}>
      {problem?.status === 401 ? (
        <EmptyState
          heading="h1"
          title={t('door.title')}
          text={t('door.text')}
          action={
            <ButtonLink kind="primary" to={`/start?next=${encodeURIComponent(`/rooms/${roomId}`)}`}>
              {t('door.enter')}
            </ButtonLink>
          }
        />
      ) : problem?.code === 'chat.banned' ? (
        <EmptyState heading="h1" title={t('closed.banned')} text={t('closed.banned_text')} action={toRooms} />
      ) : problem === null || problem.status === 404 ? (
        <EmptyState heading="h1" title={t('closed.gone')} text={t('closed.gone_text')} action={toRooms} />
      ) : problem.status === 403 ? (
        <EmptyState heading="h1" title={t('closed.forbidden')} text={t('closed.gone_text')} action={toRooms} />
      ) : (
        <ErrorState title={t('closed.failed')} problem={problem} onRetry={() => location.reload()} />
      )}
    </section>
  );
}
