import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Poster, type VideoCardData } from '../cards/poster.tsx';
import styles from './end-screen.module.css';

interface EndScreenProps {
  next: VideoCardData | undefined;
  autoplay: boolean;
  related: readonly VideoCardData[];
  onNext: (() => void) | undefined;
  onReplay: () => void;
}

const SECONDS = 7;
const SHOWN = 4;

/** The film has ended: the next one in a few seconds, unless one would rather not. */
export default function EndScreen({ next, autoplay, related, onNext, onReplay }: EndScreenProps) {
  const { t } = useTranslation('watch');
  const [left, setLeft] = useState(autoplay && onNext !== undefined ? SECONDS : undefined);
  const go = useRef(onNext);
  go.current = onNext;
  useEffect(() => {
    if (left === undefined || document.visibilityState === 'hidden') return;
    if (left === 0) {
      go.current?.();
      return;
    }
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <div className={styles.screen}>
      {next !== undefined && left !== undefined ? (
        <div className={styles.next}>
          <p className="t13">{t('end.next_in', { count: left })}</p>
          <Poster video={next} sizes="320px" eager />
          <h2 className="clamp2">{next.title}</h2>
          <p className="t13">{next.channel.name}</p>
          <div className={styles.acts}>
            <Button onClick={() => setLeft(undefined)}>{t('cancel')}</Button>
            <Button kind="primary" onClick={onNext}>
              <Icon name="play" size="s" />
              {t('end.now')}
            </Button>
          </div>
        </div>
      ) : (
        <>
          <Button onClick={onReplay}>
            <Icon name="refresh" size="s" />
            {t('end.replay')}
          </Button>
          <ul className={styles.grid}>
            {related.slice(0, SHOWN).map((video) => (
              <li key={video.id}>
                <Link to={`/watch/${video.id}`}>
                  <Poster video={video} sizes="240px" />
                  <span className="clamp2">{video.title}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
