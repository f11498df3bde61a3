import { useTranslation } from '../../../i18n/use-translation.ts';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import styles from './analytics.module.css';

/** Figures and plots to come. */
export function AnalyticsGhosts() {
  const { t } = useTranslation('studio');
  return (
    <Loading label={t('section.analytics')}>
      <div className={styles.tools}>
        <Skeleton width={240} height={32} style={{ borderRadius: 8 }} />
      </div>
      <Skeleton height={92} style={{ borderRadius: 12, marginBottom: 20 }} />
      <Skeleton height={300} style={{ borderRadius: 12 }} />
    </Loading>
  );
}
