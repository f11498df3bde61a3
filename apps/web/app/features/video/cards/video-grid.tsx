import type { ReactNode } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { LoadMore } from '../../../ui/load-more.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import styles from './cards.module.css';
import type { VideoList } from './use-list.ts';
import { VideoCard } from './video-card.tsx';

interface VideoGridProps {
  list: VideoList;
  /** What an empty list says. */
  empty: ReactNode;
  channel?: boolean;
}

/** Cards in as many columns as there is room for, with every state a list can be in. */
export function VideoGrid({ list, empty, channel = true }: VideoGridProps) {
  const { t } = useTranslation('watch');
  if (list.items === undefined) {
    if (list.problem === null) return <GridSkeleton />;
    return <ErrorState title={t('list.failed')} problem={list.problem} retrying={list.busy} onRetry={list.retry} />;
  }
  if (list.items.length === 0) return empty;
  return (
    <>
      <ul className={styles.grid}>
        {list.items.map((video, at) => (
          <li key={video.id}>
            <VideoCard video={video} eager={at < 4} channel={channel} />
          </li>
        ))}
      </ul>
      {list.more && (
        <LoadMore busy={list.busy} failed={list.problem !== null} onMore={list.next}>
          {t('list.more')}
        </LoadMore>
      )}
    </>
  );
}

function GridSkeleton() {
  const { t } = useTranslation('watch');
  return (
    <Loading label={t('list.loading')}>
      <ul className={styles.grid}>
        {Array.from({ length: 8 }, (_, at) => (
          <li key={String(at)}>
            <Skeleton width="100%" height="auto" style={{ aspectRatio: '16 / 9', borderRadius: 10 }} />
            <Skeleton width="86%" height={14} style={{ marginTop: 12 }} />
            <Skeleton width="52%" height={12} style={{ marginTop: 8 }} />
          </li>
        ))}
      </ul>
    </Loading>
  );
}
