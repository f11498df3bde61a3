import type { Video } from '@madang/video/contract';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Switch } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { DESCRIPTION_MOST, TITLE_MOST, titleFromFile } from '../engine/details-draft.ts';
import type { UploadItem } from '../engine/upload-list.ts';
import { editPath, watchPath } from '../layout/places.ts';
import { Poster } from '../layout/poster.tsx';
import { Audience } from '../video/audience.tsx';
import { SavedMark } from '../video/saved-mark.tsx';
import { TextArea } from '../video/text-area.tsx';
import { useDetails } from '../video/use-details.ts';
import { useVideo } from '../video/use-video.ts';
import styles from './upload.module.css';
import type { UploadQueue } from './upload-queue.ts';
import type { FileRow } from './use-file-rows.ts';

/** What the chosen file is called and who will see it; written while its bytes travel. */
export function DetailsPanel({ row, queue }: { row: FileRow; queue: () => UploadQueue }) {
  const { t } = useTranslation('studioPages');
  const videoId = row.item?.videoId ?? row.video?.id;
  const { video, status, problem, again } = useVideo(videoId ?? '', { enabled: videoId !== undefined });
  const playable = status === 'playable' || status === 'ready';
  return (
    <aside className={`card ${styles.details}`} aria-label={t('details.title')}>
      <Poster
        poster={video?.poster ?? row.video?.poster}
        local={row.item?.poster}
        durationSeconds={video?.durationSeconds ?? row.item?.durationSeconds}
        sizes="(max-width: 1100px) 100vw, 360px"
        className={styles.large}
      >
        {playable && video !== undefined && (
          <Link to={watchPath(video.id)} className={styles.play} aria-label={t('details.watch')}>
            <Icon name="play" size="l" />
          </Link>
        )}
      </Poster>
      {video !== undefined ? (
        <VideoDetails key={video.id} video={video} failed={status === 'failed'} />
      ) : problem ? (
        <ErrorState title={t('details.failed')} problem={problem} onRetry={() => void again()} />
      ) : row.item !== undefined && videoId === undefined ? (
        <DraftDetails item={row.item} queue={queue} />
      ) : (
        <Loading label={t('details.title')}>
          <div className={styles.fields}>
            <Skeleton height={40} />
            <Skeleton height={72} />
            <Skeleton height={180} />
          </div>
        </Loading>
      )}
    </aside>
  );
}

function VideoDetails({ video, failed }: { video: Video; failed: boolean }) {
  const { t } = useTranslation('studioPages');
  const { mine, set, state, problem, flush } = useDetails(video);
  return (
    <div className={styles.fields}>
      <div className="row">
        <h2 className="grow">{t('details.title')}</h2>
        <SavedMark state={state} />
      </div>
      <TextArea
        single
        label={t('details.name')}
        value={mine.title}
        maxLength={TITLE_MOST}
        error={mine.title.trim() === '' ? t('details.name_needed') : problem?.field('title')}
        onText={(title) => set({ title })}
      />
      <TextArea
        label={t('details.about')}
        value={mine.description}
        maxLength={DESCRIPTION_MOST}
        error={problem?.field('description')}
        onText={(description) => set({ description })}
      />
      {!failed && <Audience video={video} before={flush} />}
      <Switch
        label={t('details.comments')}
        checked={mine.commentsOpen}
        onChange={(event) => set({ commentsOpen: event.target.checked }, 'now')}
      />
      <Link to={editPath(video.id)} prefetch="intent" className={`t13 ${styles.more}`}>
        {t('details.more')}
        <Icon name="chevron-right" size="s" />
      </Link>
    </div>
  );
}

/** Before there is a video to say it of: kept with the file and sent with its first bytes. */
function DraftDetails({ item, queue }: { item: UploadItem; queue: () => UploadQueue }) {
  const { t } = useTranslation('studioPages');
  const [draft, setDraft] = useState({ title: titleFromFile(item.name), description: '' });
  const read = useRef(false);
  useEffect(() => {
    if (read.current) return;
    read.current = true;
    const { title, description } = queue().draftOf(item.id);
    setDraft((before) => ({ title: title ?? before.title, description: description ?? before.description }));
  }, [item.id, queue]);
  const change = (next: Partial<typeof draft>) => {
    setDraft((before) => ({ ...before, ...next }));
    if (next.title?.trim() !== '') queue().describe(item.id, next);
  };
  return (
    <div className={styles.fields}>
      <h2>{t('details.title')}</h2>
      <TextArea single label={t('details.name')} value={draft.title} maxLength={TITLE_MOST} onText={(title) => change({ title })} />
      <TextArea
        label={t('details.about')}
        value={draft.description}
        maxLength={DESCRIPTION_MOST}
        onText={(description) => change({ description })}
      />
      <p className="t13 dim">{t('details.soon')}</p>
    </div>
  );
}
