import clsx from 'clsx';
import type { ReactNode } from 'react';
import type { Output } from '../../api/endpoints.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useText } from '../../shell/page.ts';
import { OnlineCount } from '../../ui/badge.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import styles from './city-plan.module.css';

export type CityZone = Output<'GET /api/v1/city'>['items'][number];

/** Where the rooms stand, row by row, as the city lists them. The courtyard has walls for ten; others stand below it. */
const SEATS = ['t1', 't2', 't3', 't4', 'l1', 'r1', 'l2', 'r2', 'b1', 'b2'] as const;

/** The courtyard drawn large: rooms share walls round an open middle, each with a door onto it, the gate at the bottom. */
export function CityPlan({ zones, children }: { zones: readonly CityZone[]; children: ReactNode }) {
  const { t } = useTranslation('zones');
  const around = zones.slice(0, SEATS.length);
  const more = zones.slice(SEATS.length);
  return (
    <>
      <section className={styles.plan} aria-label={t('city.plan')}>
        <div className={styles.court}>{children}</div>
        {around.map((zone, at) => (
          <RoomLink key={zone.id} zone={zone} className={styles[SEATS[at] ?? 't1']} />
        ))}
      </section>
      {more.length > 0 && (
        <section>
          <h2 className={styles.moreTitle}>{t('city.more')}</h2>
          <div className={styles.more}>
            {more.map((zone) => (
              <RoomLink key={zone.id} zone={zone} className={styles.loose} />
            ))}
          </div>
        </section>
      )}
    </>
  );
}

function RoomLink({ zone, className }: { zone: CityZone; className: string | undefined }) {
  const text = useText();
  return (
    <a
      className={clsx(styles.room, 'zone', className)}
      style={{ '--zone-hue': zone.hue }}
      href={`${zone.origin}${zone.highlight?.path ?? '/'}`}
    >
      <span className={styles.top}>
        <ZoneMark zoneId={zone.id} />
        <b className={styles.name}>{text(zone.names)}</b>
        <OnlineCount value={zone.online} />
      </span>
      <span className={styles.kind}>{text(zone.taglines)}</span>
      {zone.highlight && (
        <span className={styles.what}>
          {zone.highlight.live && <i className="on live" />}
          <span className="trunc">{text(zone.highlight.text)}</span>
        </span>
      )}
    </a>
  );
}
