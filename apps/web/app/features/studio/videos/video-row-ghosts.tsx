import { useTranslation } from '../../../i18n/use-translation.ts';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import styles from './videos.module.css';

const ROWS = [0, 1, 2, 3, 4, 5];

/** Rows to come. */
export function VideoRowGhosts() {
  const { t } = useTranslation('studio');
  return (
    <Loading label={t('section.videos')}>
      <div className={`card ${styles.card}`}>
        {ROWS.map((row) => (
          <div key={row} className={styles.ghost}>
            <Skeleton width={96} height={54} />
            <div className="col grow" style={{ gap: 8 }}>
              <Skeleton width={`${56 - row * 4}%`} height={16} />
              <Skeleton width="24%" height={12} />
            </div>
          </div>
        ))}
      </div>
    </Loading>
  );
}
