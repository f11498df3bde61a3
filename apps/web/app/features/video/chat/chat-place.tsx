import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import styles from './chat.module.css';
import { ChatGhosts } from './chat-ghosts.tsx';

const VideoChat = lazy(() => import('./video-chat.tsx'));
const KEY = 'madang.video-chat';

/** The talk beside a video. It is loaded when it is opened; whoever left it open finds it open. */
export function ChatPlace({ roomId }: { roomId: string }) {
  const { t } = useTranslation('watch');
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(localStorage.getItem(KEY) === 'open'), []);
  const show = (next: boolean) => {
    setOpen(next);
    localStorage.setItem(KEY, next ? 'open' : 'closed');
  };
  return (
    <section className={`card ${styles.chat}`} aria-label={t('chat.title')}>
      <header className={styles.head}>
        <Icon name="rooms" size="s" />
        <h2 className="grow">{t('chat.title')}</h2>
        {open ? (
          <IconButton size="s" icon="close" label={t('chat.close')} onClick={() => show(false)} />
        ) : (
          <Button size="s" onClick={() => show(true)}>
            {t('chat.open')}
          </Button>
        )}
      </header>
      {open && (
        <div className={styles.room}>
          <Suspense fallback={<ChatGhosts />}>
            <VideoChat roomId={roomId} />
          </Suspense>
        </div>
      )}
    </section>
  );
}
