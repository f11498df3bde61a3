import { redirect } from 'react-router';
import { attempt, pageContext } from '../../api/load.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import type { Route } from './+types/notifications-page';
import { NotificationList } from './notification-list.tsx';
import styles from './notifications.module.css';
import { PreferenceList } from './preference-list.tsx';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('notifications:title'), path: '/notifications', index: false });
}

export async function loader({ context }: Route.LoaderArgs) {
  if (pageContext(context).person === null) throw redirect('/sign-in?next=%2Fnotifications');
  return { preferences: await attempt(context, 'GET /api/v1/notifications/preferences') };
}

/** All that a person was told, and of what they want to be told. */
export default function NotificationsPage({ loaderData: { preferences } }: Route.ComponentProps) {
  const { t } = useTranslation('notifications');
  return (
    <div className={`page ${styles.page}`}>
      <section className={styles.told}>
        <NotificationList />
      </section>
      <section id="preferences" className={styles.preferences}>
        <h2>{t('preferences.title')}</h2>
        <p className="t13 mut">{t('preferences.text')}</p>
        <PreferenceList loaded={preferences} />
      </section>
    </div>
  );
}
