import type { Output } from '../../api/endpoints.ts';
import type { Attempt } from '../../api/load.ts';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { RichText } from '../../i18n/rich-text.tsx';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Footer } from '../../shell/footer.tsx';
import { Icon } from '../../ui/icon.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import styles from './city-home.module.css';
import { CityPlan, type CityZone } from './city-plan.tsx';
import type { DemoPerson } from './demo-people.ts';
import { DemoPeople } from './demo-people-panel.tsx';

type City = Output<'GET /api/v1/city'>;
/** People come and go: the plan counts them again this often while it is looked at. */
const RECOUNT_MS = 15_000;

export function CityHome({ city, demo }: { city: Attempt<City>; demo: readonly DemoPerson[] }) {
  const { t } = useTranslation('zones');
  const now = useEndpoint('GET /api/v1/city', { initialData: city.ok ? city.body : undefined, refetchInterval: RECOUNT_MS });
  const rooms = now.data?.items.filter((zone) => !zone.portal);
  return (
    <div className="page">
      {rooms === undefined ? (
        now.isError || !city.ok ? (
          <ErrorState
            title={t('city.failed')}
            problem={now.error ?? (city.ok ? undefined : city.problem)}
            retrying={now.isFetching}
            onRetry={() => void now.refetch()}
          />
        ) : null
      ) : rooms.length === 0 ? (
        <EmptyState title={t('city.empty')} text={t('city.empty_text')} />
      ) : (
        <CityPlan zones={rooms}>
          <Court rooms={rooms} online={now.data?.online ?? 0} />
        </CityPlan>
      )}
      {demo.length > 0 && <DemoPeople people={demo} city={now.data?.items ?? []} />}
      <Footer />
    </div>
  );
}

/** The open middle, and the one thing to do in it. */
function Court({ rooms, online }: { rooms: readonly CityZone[]; online: number }) {
  const { t } = useTranslation('zones');
  const talk = rooms.find((zone) => zone.id === 'talk') ?? rooms.find((zone) => zone.features.includes('rooms'));
  return (
    <>
      <h1>{t('city.title')}</h1>
      <p className={styles.lead}>{t('city.lead')}</p>
      {talk && (
        <>
          <a className="btn primary xl zone" style={{ '--zone-hue': talk.hue }} href={`${talk.origin}/start`}>
            {t('city.talk')}
            <Icon name="arrow-right" />
          </a>
          <p className="t13 dim">{t('city.talk_note')}</p>
        </>
      )}
      <p className={styles.present}>
        <i className={online > 0 ? 'on' : 'on offline'} />
        <span>
          {online > 0 ? (
            <RichText text={t('city.here', { count: online })} parts={{ b: (inner) => <b className="num">{inner}</b> }} />
          ) : (
            t('city.nobody')
          )}
        </span>
      </p>
    </>
  );
}
