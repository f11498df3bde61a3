import { useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage, useText } from '../../shell/page.ts';
import { Badge } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import type { CityZone } from './city-plan.tsx';
import type { DemoPerson } from './demo-people.ts';
import styles from './demo-people-panel.module.css';

/** Shown while demo mode is on: who one can be, where. One password opens all of them. */
export function DemoPeople({ people, city }: { people: readonly DemoPerson[]; city: readonly CityZone[] }) {
  const { t } = useTranslation('zones');
  const text = useText();
  const { zone: here } = usePage();
  const zones = [...Map.groupBy(people, (person) => person.zoneId)];
  return (
    <section className={styles.panel}>
      <div className={styles.head}>
        <div className="col grow">
          <h2>{t('demo.title')}</h2>
          <p className="t13 mut">{t('demo.text')}</p>
        </div>
        <Password value={people[0]?.password ?? ''} />
      </div>
      <div className={styles.zones}>
        {zones.map(([zoneId, cast]) => (
          <details
            key={zoneId}
            name="demo-zone"
            className="card zone"
            style={{ '--zone-hue': city.find((zone) => zone.id === zoneId)?.hue }}
            open={zoneId === here.id}
          >
            <summary className={styles.zone}>
              <ZoneMark zoneId={zoneId} />
              <span className="b6 grow trunc">{text(cast[0]?.zoneNames ?? { ko: zoneId, en: zoneId, ja: zoneId, es: zoneId })}</span>
              <span className="t13 dim num">{t('demo.accounts', { count: cast.length })}</span>
              <Icon name="chevron-down" size="s" />
            </summary>
            <ul className={styles.cast}>
              {cast.map((person) => (
                <Person key={person.email} person={person} />
              ))}
            </ul>
          </details>
        ))}
      </div>
    </section>
  );
}

function Person({ person }: { person: DemoPerson }) {
  const { t } = useTranslation('zones');
  return (
    <li>
      <a className={styles.person} href={`${person.origin}/sign-in?email=${encodeURIComponent(person.email)}`}>
        <Badge>{t(`shell:role.${person.role}`)}</Badge>
        <span className="trunc">{person.name}</span>
        <span className={`grow trunc ${styles.email}`}>{person.email}</span>
        <Icon name="chevron-right" size="s" />
      </a>
    </li>
  );
}

function Password({ value }: { value: string }) {
  const { t } = useTranslation('zones');
  const [copied, setCopied] = useState(false);
  return (
    <button type="button" className="btn secondary" onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}>
      <span className="mut">{t('demo.password')}</span>
      <span className="mono">{value}</span>
      <Icon name={copied ? 'check' : 'copy'} size="s" />
      <span className="vh" role="status">
        {copied ? t('ui:copied') : ''}
      </span>
    </button>
  );
}
