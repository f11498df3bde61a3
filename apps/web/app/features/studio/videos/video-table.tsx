import type { VideoCard } from '@madang/video/contract';
import clsx from 'clsx';
import { Link } from 'react-router';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { Table } from '../../../ui/surfaces.tsx';
import { Time } from '../../../ui/time.tsx';
import { editPath } from '../layout/places.ts';
import { Poster } from '../layout/poster.tsx';
import { useProgress } from '../upload/media-progress.ts';
import { StandingWords } from '../video/standing-words.tsx';
import styles from './videos.module.css';

type Sort = 'newest' | 'oldest' | 'views';

export interface VideoTableProps {
  videos: readonly VideoCard[];
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** The answer to the question before. */
  stale: boolean;
}

/** A table on a desk; on a phone each row becomes a card of the same cells. */
export function VideoTable({ videos, picked, onPick, sort, onSort, stale }: VideoTableProps) {
  const { t } = useTranslation('studioPages');
  const all = videos.length > 0 && videos.every(({ id }) => picked.has(id));
  const pick = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    onPick(next);
  };
  return (
    <Table label={t('studio:section.videos')} className={clsx(styles.table, stale && styles.stale)} aria-busy={stale || undefined}>
      <thead>
        <tr>
          <th scope="col" className={styles.pick}>
            <input
              type="checkbox"
              className="check"
              aria-label={t('videos.pick_all')}
              checked={all}
              onChange={() => onPick(all ? new Set() : new Set(videos.map(({ id }) => id)))}
            />
          </th>
          <th scope="col">{t('column.video')}</th>
          <th scope="col" className={styles.standing}>
            {t('column.visibility')}
          </th>
          <th scope="col" className={styles.status}>
            {t('column.status')}
          </th>
          <th scope="col" className={styles.date} aria-sort={sort === 'views' ? 'none' : sort === 'newest' ? 'descending' : 'ascending'}>
            <button type="button" onClick={() => onSort(sort === 'newest' ? 'oldest' : 'newest')}>
              {t('column.date')}
              {sort !== 'views' && <Icon name="chevron-down" size="s" />}
            </button>
          </th>
          <th scope="col" className={`figure ${styles.views}`} aria-sort={sort === 'views' ? 'descending' : 'none'}>
            <button type="button" onClick={() => onSort('views')}>
              {t('column.views')}
              {sort === 'views' && <Icon name="chevron-down" size="s" />}
            </button>
          </th>
          <th scope="col" className={`figure ${styles.likes}`}>
            {t('column.likes')}
          </th>
          <th scope="col" className={`figure ${styles.comments}`}>
            {t('column.comments')}
          </th>
          <th scope="col" className={styles.end}>
            <span className="vh">{t('column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {videos.map((video) => (
          <VideoRow key={video.id} video={video} picked={picked.has(video.id)} onPick={() => pick(video.id)} />
        ))}
      </tbody>
    </Table>
  );
}

function VideoRow({ video, picked, onPick }: { video: VideoCard; picked: boolean; onPick: () => void }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  return (
    <tr aria-selected={picked}>
      <td className={styles.pick}>
        <input type="checkbox" className="check" aria-label={t('videos.pick', { title: video.title })} checked={picked} onChange={onPick} />
      </td>
      <td className={styles.film}>
        <div className={styles.filmRow}>
          <Poster
            poster={video.poster}
            durationSeconds={video.durationSeconds}
            broken={video.status === 'failed'}
            sizes="96px"
            className={styles.poster}
          />
          <Link to={editPath(video.id)} prefetch="intent" className={`b6 clamp2 ${styles.title}`}>
            {video.title}
          </Link>
        </div>
      </td>
      <td className={styles.standing}>
        <StandingWords video={video} />
      </td>
      <td className={styles.status}>
        <Status video={video} />
      </td>
      <td className={`mut num ${styles.date}`}>
        <Time at={video.publishedAt ?? video.createdAt} as="date" />
      </td>
      <td className={`figure ${styles.views}`}>
        <span className="hide-phone">{format.number(video.views)}</span>
        <span className="only-phone">{t('analytics.views', { count: video.views })}</span>
      </td>
      <td className={`figure ${styles.likes}`}>{format.number(video.likes)}</td>
      <td className={`figure ${styles.comments}`}>{format.number(video.comments)}</td>
      <td className={styles.end}>
        <MenuButton
          className="iconb sm"
          aria-label={t('more_of', { name: video.title })}
          load={() => import('./video-menu.tsx')}
          panel={{ video }}
        >
          <Icon name="more" size="s" />
        </MenuButton>
      </td>
    </tr>
  );
}

function Status({ video }: { video: VideoCard }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const done = video.status === 'ready' || video.status === 'failed';
  const live = useProgress({ videoId: video.id }, !done);
  const status = (!done && live?.status) || video.status;
  const percent = status === 'processing' || status === 'playable' ? live?.progress.percent : undefined;
  return (
    <Badge kind={status === 'failed' ? 'bad' : status === 'ready' || status === 'playable' ? 'ok' : undefined}>
      {t(`status.${status}`)}
      {percent !== undefined && <span className="num">{format.percent(percent / 100)}</span>}
    </Badge>
  );
}
