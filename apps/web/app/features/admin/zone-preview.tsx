import { useTranslation } from '../../i18n/use-translation.ts';
import { Badge } from '../../ui/badge.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import styles from './settings.module.css';

/** The zone as it will look, by day and by night at once. A picture: nothing in it can be pressed. */
export function ZonePreview({ zoneId, name, tagline, hue }: { zoneId: string; name: string; tagline: string; hue: number }) {
  const { t } = useTranslation('administration');
  return (
    <div className={styles.previews} aria-hidden="true">
      {(['light', 'dark'] as const).map((theme) => (
        <div key={theme} className={`zone ${styles.preview}`} data-theme={theme} style={{ '--zone-hue': hue }}>
          <span className="row">
            <ZoneMark zoneId={zoneId} />
            <b className="b6 trunc">{name || '–'}</b>
          </span>
          <span className="t13 mut trunc">{tagline}</span>
          <span className={styles.rail}>{t('settings.sample_here')}</span>
          <span className="row wrap">
            <span className="btn primary sm">{t('settings.sample_action')}</span>
            <span className="link t13">{t('settings.sample_link')}</span>
            <Badge kind="accent">{t('settings.sample_badge')}</Badge>
          </span>
        </div>
      ))}
    </div>
  );
}
