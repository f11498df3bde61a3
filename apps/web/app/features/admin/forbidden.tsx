import { useLocation } from 'react-router';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage, useText } from '../../shell/page.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { StateMark } from '../../ui/mark.tsx';
import styles from './admin.module.css';

/** Who is here, why the door stays shut, and the two ways on. `alone` in place of a page, whose title it then brings. */
export function Forbidden({ alone = false }: { alone?: boolean }) {
  const { t } = useTranslation('admin');
  const { t: shell } = useTranslation('shell');
  const text = useText();
  const { person, zone } = usePage();
  const { pathname, search } = useLocation();
  return (
    <div className={styles.forbidden}>
      {alone && (
        <>
          <title>{`${t('forbidden.title')} · ${text(zone.names)}`}</title>
          <meta name="robots" content="noindex" />
        </>
      )}
      <div className="state" role="alert">
        <StateMark />
        <h1>{t('forbidden.title')}</h1>
        <p>{person === null ? t('forbidden.nobody') : t('forbidden.text', { name: person.name, role: shell(`role.${person.role}`) })}</p>
        <div className="acts">
          <ButtonLink kind="primary" to={`/sign-in?next=${encodeURIComponent(pathname + search)}`}>
            {t('forbidden.other_person')}
          </ButtonLink>
          <ButtonLink to="/">{shell('problem.to_home')}</ButtonLink>
        </div>
      </div>
    </div>
  );
}
