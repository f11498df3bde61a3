import type { Video } from '@madang/video/contract';
import { Link } from 'react-router';
import { api } from '../../../api/browser.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Progress } from '../../../ui/surfaces.tsx';
import { toast } from '../../../ui/toast.ts';
import { analyticsPath, watchPath } from '../layout/places.ts';
import { Poster } from '../layout/poster.tsx';
import { useDurations } from '../layout/use-durations.ts';
import { useTelling } from '../layout/use-telling.ts';
import { TRY_AGAIN } from '../upload/making-line.tsx';
import { RungChips } from '../upload/progress-chips.tsx';
import { useKeepVideo } from './use-video.ts';
import styles from './video.module.css';

interface PreviewCardProps {
  video: Video;
  status: Video['status'];
  progress: Video['progress'];
  failure: Video['failure'];
}

/** The film as others will meet it: picture, address, how far it is made and what came of it. */
export function PreviewCard({ video, status, progress, failure }: PreviewCardProps) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const { spell } = useDurations();
  const telling = useTelling();
  const keep = useKeepVideo();
  const playable = status === 'playable' || status === 'ready';
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}${watchPath(video.id)}`);
    toast({ text: t('videos.link_copied') });
  };
  return (
    <section className={`card ${styles.preview}`} aria-label={t('video.preview')}>
      <Poster
        poster={video.poster}
        durationSeconds={video.durationSeconds}
        broken={status === 'failed'}
        sizes="360px"
        className={styles.picture}
      >
        {playable && (
          <Link to={watchPath(video.id)} className={styles.play} aria-label={t('details.watch')}>
            <Icon name="play" size="l" />
          </Link>
        )}
      </Poster>
      <div className={styles.previewBody}>
        <div className={styles.facts}>
          <Badge kind={status === 'failed' ? 'bad' : playable ? 'ok' : undefined}>{t(`status.${status}`)}</Badge>
          {progress.speed !== null && status !== 'ready' && (
            <span>{t('upload.times', { speed: format.number(Math.round(progress.speed * 10) / 10) })}</span>
          )}
          {progress.etaSeconds !== null && status !== 'ready' && <span>{t('upload.about', { time: spell(progress.etaSeconds) })}</span>}
        </div>
        {(status === 'processing' || status === 'playable') && (
          <>
            <Progress value={progress.percent / 100} label={t('upload.making', { name: video.title })} />
            <RungChips rungs={progress.rungs} />
          </>
        )}
        {failure !== null && status === 'failed' && (
          <div className={styles.failure} role="alert">
            <p>{failure.message}</p>
            <code className="mono t12 dim">{failure.code}</code>
            {TRY_AGAIN.has(failure.code) && (
              <Button
                size="s"
                onClick={() =>
                  void telling(async () => keep(await api('POST /api/v1/videos/:videoId/retry', { params: { videoId: video.id } })))
                }
              >
                <Icon name="refresh" size="s" />
                {t('upload.again')}
              </Button>
            )}
          </div>
        )}
        <ul className={styles.counts}>
          <li>
            <Link to={analyticsPath(video.id)}>
              <b className="num">{format.number(video.views)}</b>
              <span>{t('column.views')}</span>
            </Link>
          </li>
          <li>
            <span>
              <b className="num">{format.number(video.likes)}</b>
              <span>{t('video.likes')}</span>
            </span>
          </li>
          <li>
            <Link to={`${watchPath(video.id)}#comments`} title={t('video.moderate')}>
              <b className="num">{format.number(video.comments)}</b>
              <span>{t('video.comments')}</span>
            </Link>
          </li>
        </ul>
        <Button onClick={() => void copy()} wide>
          <Icon name="copy" size="s" />
          {t('videos.copy_link')}
        </Button>
      </div>
    </section>
  );
}
