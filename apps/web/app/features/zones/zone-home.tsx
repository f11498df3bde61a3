import { type ComponentProps, lazy, Suspense } from 'react';
import { Link } from 'react-router';
import type { Output } from '../../api/endpoints.ts';
import type { Attempt } from '../../api/load.ts';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { navigationOf } from '../../shell/feature.ts';
import { Footer } from '../../shell/footer.tsx';
import { usePage, useText } from '../../shell/page.ts';
import { OnlineCount } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import { LivelyRooms, NextForYou } from './lively-rooms.tsx';
import styles from './zone-home.module.css';

type Rooms = Output<'GET /api/v1/rooms'>;
const LatestFilms = lazy(() => import('../video/home/latest-films.tsx'));

interface ZoneHomeProps {
  online: number | null;
  rooms: Attempt<Rooms> | null;
  films: ComponentProps<typeof LatestFilms> | null;
}

/** A zone's living front: who is here, what is new to watch, which rooms are lively, what waits for the person. */
export function ZoneHome({ online, rooms, films }: ZoneHomeProps) {
  const { t } = useTranslation('zones');
  const { t: words } = useTranslation();
  const page = usePage();
  const text = useText();
  const { zone, person } = page;
  const city = useEndpoint('GET /api/v1/city', { refetchInterval: 15_000 });
  const here = city.data?.items.find((one) => one.id === zone.id)?.online ?? online;
  const offers = navigationOf(page).filter((item) => item.to !== '/' && !item.foot);
  return (
    <div className="page">
      <header className={styles.head}>
        <span className={styles.mark}>
          <ZoneMark zoneId={zone.id} />
        </span>
        <div className="col grow">
          <h1>{text(zone.names)}</h1>
          <p className="mut">{text(zone.taglines)}</p>
        </div>
        {here !== null && <OnlineCount value={here} />}
        {person === null && rooms !== null && (
          <ButtonLink kind="primary" to="/start">
            {t('home.enter')}
            <Icon name="arrow-right" size="s" />
          </ButtonLink>
        )}
      </header>
      {films !== null && (
        <Suspense>
          <LatestFilms {...films} />
        </Suspense>
      )}
      <div className={styles.columns}>
        {rooms !== null && <LivelyRooms loaded={rooms} />}
        <div>
          {person !== null && rooms !== null && <NextForYou loaded={rooms} />}
          {offers.length > 0 && (
            <section>
              <h2 className={styles.title}>{t('home.offers')}</h2>
              <ul className={styles.offers}>
                {offers.map((item) => (
                  <li key={item.to}>
                    <Link to={item.to} prefetch="intent" className={styles.offer}>
                      <Icon name={item.icon} />
                      <span className="b6 grow">{item.label(words)}</span>
                      <Icon name="chevron-right" size="s" />
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </div>
      <Footer />
    </div>
  );
}
