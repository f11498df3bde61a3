import { useEffect } from 'react';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useConnection } from '../../../realtime/use-connection.ts';
import { IconButton } from '../../../ui/button.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { MessageHit } from './message-hit.tsx';
import styles from './panels.module.css';

/** What the room keeps at hand. */
export default function PinsPanel({ onDone }: { onDone: () => void }) {
  const { t } = useMoreWords();
  const format = useFormat();
  const { roomId, may, me, pin } = useRoomUi();
  const pins = useEndpoint('GET /api/v1/rooms/:roomId/pins', { input: { params: { roomId } } });
  const { connection } = useConnection('/chat', me !== undefined);
  const { refetch } = pins;
  useEffect(() => {
    if (connection === undefined) return;
    const changed = (event: { roomId: string; what: string }) => {
      if (event.roomId === roomId && event.what === 'pins') void refetch();
    };
    connection.socket.on('room:changed', changed);
    return () => void connection.socket.off('room:changed', changed);
  }, [connection, roomId, refetch]);
  const items = pins.data?.items;
  return (
    <>
      <header className={styles.head}>
        <h2 className="grow">{t('pins.title')}</h2>
        {items && items.length > 0 && <span className="t13 dim num">{format.number(items.length)}</span>}
      </header>
      <div className={styles.body}>
        {pins.isError ? (
          <ErrorState title={t('pins.failed')} problem={pins.error} onRetry={() => void pins.refetch()} />
        ) : items === undefined ? (
          <Loading label={t('pins.title')}>
            {Array.from({ length: 3 }, (_, at) => (
              <Skeleton key={String(at)} height={44} style={{ margin: '8px 16px' }} />
            ))}
          </Loading>
        ) : items.length === 0 ? (
          <EmptyState title={t('pins.empty')} text={t('pins.empty_text')} />
        ) : (
          <ul>
            {items.map(({ message }) => (
              <li key={message.id} className={styles.pinned}>
                <MessageHit message={message} onDone={onDone} />
                {may.moderate && <IconButton icon="close" size="s" label={t('message.unpin')} onClick={() => pin(message, false)} />}
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
