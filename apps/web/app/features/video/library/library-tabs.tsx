import { NavLink } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import styles from './library.module.css';

const PLACES = [
  ['/watch', 'watch'],
  ['/subscriptions', 'subscriptions'],
  ['/playlists', 'playlists'],
  ['/history', 'history'],
] as const;

/** Where one's own watching is kept, beside what there is to watch. */
export function LibraryTabs() {
  const { t } = useTranslation('video');
  const { person } = usePage();
  if (person === null) return null;
  return (
    <nav className={`tabs ${styles.tabs}`} aria-label={t('watch')}>
      {PLACES.map(([to, place]) => (
        <NavLink key={to} to={to} end prefetch="intent">
          {t(place)}
        </NavLink>
      ))}
    </nav>
  );
}
