import { useSyncExternalStore } from 'react';
import { Link, useLocation } from 'react-router';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import styles from './upload-badge.module.css';
import { NO_UPLOADS, uploadSignal } from './upload-signal.ts';

/** In the top bar while files travel, wherever one is in the zone; on the studio's own page the list says it better. */
export function UploadBadge() {
  const { t } = useTranslation('studio');
  const format = useFormat();
  const { pathname } = useLocation();
  const { open, paused, lost, ratio } = useSyncExternalStore(uploadSignal.subscribe, uploadSignal.get, () => NO_UPLOADS);
  if (open + paused === 0 || pathname === '/studio') return null;
  const percent = format.percent(Math.floor(ratio * 100) / 100);
  const words = open === 0 ? t('badge.paused', { count: paused }) : lost ? t('badge.lost') : t('badge.sending', { count: open, percent });
  return (
    <Link to="/studio" className={styles.badge} title={words} data-state={open === 0 ? 'paused' : lost ? 'lost' : undefined}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" />
        <circle cx="10" cy="10" r="8" pathLength="100" strokeDasharray={`${Math.max(2, ratio * 100)} 100`} />
        <path d="M10 13.5v-7M7.2 9 10 6.2 12.8 9" />
      </svg>
      <span className="num hide-phone" aria-hidden="true">
        {open === 0 || lost ? '' : percent}
      </span>
      <span className="vh">{words}</span>
    </Link>
  );
}
