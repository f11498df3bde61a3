import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import type { Video } from '../player/use-player.ts';
import { CommentGhosts } from './comment-ghosts.tsx';
import styles from './comments.module.css';

const Comments = lazy(() => import('./comments.tsx'));

/** Where comments stand. They are loaded when someone comes near them: the film is first. */
export function CommentsPlace({ video, onSeek }: { video: Video; onSeek: (seconds: number) => void }) {
  const { t } = useTranslation('watch');
  const place = useRef<HTMLElement>(null);
  const [near, setNear] = useState(false);
  const known = video.publishedAt !== null || video.mayEdit;
  useEffect(() => {
    if (near || place.current === null) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setNear(true), {
      rootMargin: '300px',
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [near]);
  if (!known) return null;
  return (
    <section ref={place} className={styles.comments} aria-label={t('comments.title')}>
      {near ? (
        <Suspense fallback={<CommentGhosts />}>
          <Comments video={video} onSeek={onSeek} />
        </Suspense>
      ) : (
        <CommentGhosts />
      )}
    </section>
  );
}
