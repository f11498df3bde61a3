import { useTranslation } from '../../i18n/use-translation.ts';
import { useText } from '../../shell/page.ts';
import { Badge } from '../../ui/badge.tsx';
import { Table } from '../../ui/surfaces.tsx';
import type { DemoPerson } from './demo-people.ts';
import styles from './demo-people-panel.module.css';

/** Shown while demo mode is on: who one can be, where. */
export function DemoPeople({ people }: { people: readonly DemoPerson[] }) {
  const { t } = useTranslation('zones');
  const { t: shell } = useTranslation('shell');
  const text = useText();
  return (
    <section className={styles.panel}>
      <h2>{t('demo.title')}</h2>
      <p className="t13 mut">{t('demo.text')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls sideways must be reachable by keyboard */}
      <section className={`card ${styles.box}`} aria-label={t('demo.title')} tabIndex={0}>
        <Table label={t('demo.title')}>
          <thead>
            <tr>
              <th scope="col">{t('demo.zone')}</th>
              <th scope="col">{t('demo.role')}</th>
              <th scope="col">{t('demo.email')}</th>
              <th scope="col">{t('demo.password')}</th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={`${person.zoneId} ${person.email}`}>
                <td>
                  <a className="link" href={`${person.origin}/sign-in`}>
                    {text(person.zoneNames)}
                  </a>
                </td>
                <td>
                  <Badge>{shell(`role.${person.role}`)}</Badge>
                </td>
                <td className={styles.copy}>{person.email}</td>
                <td className={styles.copy}>{person.password}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </section>
    </section>
  );
}
