import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Skeleton } from '../../../ui/surfaces.tsx';
import type { Video } from '../player/use-player.ts';
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

export function CommentGhosts() {
  return [64, 82, 48].map((width) => (
    <div key={width} className={styles.comment} aria-hidden="true">
      <Skeleton width={36} height={36} style={{ borderRadius: '50%' }} />
      <div className="grow">
        <Skeleton width={120} height={12} style={{ marginTop: 4 }} />
        <Skeleton width={`${width}%`} height={14} style={{ marginTop: 8 }} />
      </div>
    </div>
  ));
}
