import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Progress as Bar } from '../../../ui/surfaces.tsx';
import type { Video } from '../player/use-player.ts';
import { etaWords } from './rungs-panel.tsx';
import type { Progress } from './settled.ts';
import styles from './watch.module.css';

/** Where the film will be: nothing of it can be played yet, or ever. */
export default function Making({ video, progress }: { video: Video; progress: Progress }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { status, failure } = video;
  const ratio = Math.min(1, progress.percent / 100);
  return (
    <div className={styles.making}>
      {video.poster !== null && <img src={video.poster.large} alt="" />}
      <div className={styles.makingText} role="status">
        <Icon name={status === 'failed' ? 'alert' : 'clock'} size="l" />
        {status === 'failed' ? (
          <>
            <h2>{t('making_state.failed')}</h2>
            <p>{failure?.message || t('making_state.failed_text')}</p>
            {video.mayEdit && (
              <ButtonLink to={`/studio/videos/${video.id}`} kind="secondary">
                {t('making_state.to_studio')}
              </ButtonLink>
            )}
            {failure !== null && <p className={styles.code}>{failure.code}</p>}
          </>
        ) : (
          <>
            <h2>{t(`making_state.${status === 'uploading' ? 'uploading' : 'processing'}`)}</h2>
            <p>{t('making_state.text')}</p>
            {status !== 'uploading' && (
              <div className={styles.makingBar}>
                <Bar label={t('making_state.processing')} value={ratio} />
                <p className="t13 num">
                  {[format.percent(ratio), progress.etaSeconds === null ? undefined : etaWords(t, progress.etaSeconds)]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </div>
            )}
          </>
        )}
      </div>
    </div>
  );
}
