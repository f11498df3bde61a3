import type { Output } from '../../../api/endpoints.ts';
import type { Attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { ErrorState } from '../../../ui/states.tsx';
import { VideoRow } from '../cards/video-card.tsx';
import styles from './watch.module.css';

interface UpNextProps {
  loaded: Attempt<Output<'GET /api/v1/videos/:videoId/related'>>;
  autoplay: boolean;
  onAutoplay: (on: boolean) => void;
}

export function UpNext({ loaded, autoplay, onAutoplay }: UpNextProps) {
  const { t } = useTranslation('watch');
  return (
    <section>
      <div className={styles.nextHead}>
        <h2 className="grow">{t('next.title')}</h2>
        <label className="row t13 mut">
          {t('next.autoplay')}
          <input
            type="checkbox"
            role="switch"
            aria-checked={autoplay}
            className="switch"
            checked={autoplay}
            onChange={({ target }) => onAutoplay(target.checked)}
          />
        </label>
      </div>
      {!loaded.ok ? (
        <ErrorState title={t('list.failed')} problem={loaded.problem} onRetry={() => location.reload()} />
      ) : loaded.body.items.length === 0 ? (
        <p className="t13 dim">{t('next.empty')}</p>
      ) : (
        <ul>
          {loaded.body.items.map((video) => (
            <li key={video.id}>
              <VideoRow video={video} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
