import { Link } from 'react-router';
import type { Output } from '../../api/endpoints.ts';
import type { Attempt } from '../../api/load.ts';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Count, OnlineCount } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { Loading, Skeleton } from '../../ui/surfaces.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './zone-home.module.css';

type Rooms = Output<'GET /api/v1/rooms'>;
type Room = Rooms['items'][number];
const SHOWN = { query: { limit: 8 } } as const;

function useRooms(loaded: Attempt<Rooms>) {
  const { person } = usePage();
  return useEndpoint('GET /api/v1/rooms', {
    input: SHOWN,
    initialData: loaded.ok ? loaded.body : undefined,
    refetchInterval: 15_000,
    // Where rooms are closed to no one in particular, asking again changes nothing.
    enabled: loaded.ok || person !== null,
  });
}

export function LivelyRooms({ loaded }: { loaded: Attempt<Rooms> }) {
  const { t } = useTranslation('zones');
  const rooms = useRooms(loaded);
  const closed = !loaded.ok && (loaded.problem.status === 401 || loaded.problem.status === 403);
  return (
    <section>
      <div className={styles.title}>
        <h2 className="grow">{t('home.rooms')}</h2>
        {rooms.data && rooms.data.items.length > 0 && (
          <ButtonLink kind="quiet" size="s" to="/rooms">
            {t('home.rooms_all')}
            <Icon name="chevron-right" size="s" />
          </ButtonLink>
        )}
      </div>
      {rooms.data !== undefined ? (
        rooms.data.items.length > 0 ? (
          <ul className={styles.rooms}>
            {rooms.data.items.map((room) => (
              <RoomRow key={room.id} room={room} />
            ))}
          </ul>
        ) : (
          <div className="card">
            <EmptyState
              title={t('home.rooms_empty')}
              text={t('home.rooms_empty_text')}
              action={
                <ButtonLink kind="primary" to="/rooms">
                  {t('home.to_rooms')}
                </ButtonLink>
              }
            />
          </div>
        )
      ) : closed && !rooms.isFetching ? (
        <div className="card">
          <EmptyState
            title={t('home.rooms_sign_in')}
            text={t('home.rooms_sign_in_text')}
            action={
              <ButtonLink kind="primary" to="/start">
                {t('home.enter')}
              </ButtonLink>
            }
          />
        </div>
      ) : rooms.isFetching ? (
        <Loading label={t('home.rooms')}>
          {Array.from({ length: 5 }, (_, at) => (
            <Skeleton key={String(at)} height={40} style={{ margin: '12px 0' }} />
          ))}
        </Loading>
      ) : (
        <div className="card">
          <ErrorState
            title={t('home.rooms_failed')}
            problem={rooms.error ?? (loaded.ok ? undefined : loaded.problem)}
            onRetry={() => void rooms.refetch()}
          />
        </div>
      )}
    </section>
  );
}

const nameOf = (room: Room): string => room.peer?.name ?? room.name;

function RoomRow({ room }: { room: Room }) {
  const { t } = useTranslation('zones');
  const { last } = room;
  const said = last === null ? t('home.no_messages') : `${last.sender.name}: ${last.body || (last.files > 0 ? t('home.sent_file') : '')}`;
  return (
    <li>
      <Link to={`/rooms/${room.id}`} prefetch="intent" className={styles.room}>
        {room.peer ? <Avatar person={room.peer} size="s" /> : <Icon name={room.visibility === 'public' ? 'hash' : 'lock'} />}
        <span className="col grow">
          <b className="b6 trunc">{nameOf(room)}</b>
          <span className="t13 dim trunc">{said}</span>
        </span>
        <Count value={room.membership?.unread ?? 0} />
        <OnlineCount value={room.online} />
        {last && (
          <span className={`t12 dim num ${styles.when}`}>
            <Time at={last.createdAt} />
          </span>
        )}
      </Link>
    </li>
  );
}

/** What waits for the person: the rooms with something unread. */
export function NextForYou({ loaded }: { loaded: Attempt<Rooms> }) {
  const { t } = useTranslation('zones');
  const rooms = useRooms(loaded);
  const waiting = rooms.data?.items.filter((room) => (room.membership?.unread ?? 0) > 0).slice(0, 4) ?? [];
  return (
    <section className={styles.next}>
      <h2 className={styles.title}>{t('home.next')}</h2>
      {waiting.length === 0 ? (
        <p className="t13 dim">{t('home.next_none')}</p>
      ) : (
        <ul className={styles.rooms}>
          {waiting.map((room) => (
            <li key={room.id}>
              <Link to={`/rooms/${room.id}`} prefetch="intent" className={styles.room}>
                <span className="col grow">
                  <b className="b6 trunc">{nameOf(room)}</b>
                  <span className="t13 dim">{t('home.unread', { count: room.membership?.unread ?? 0 })}</span>
                </span>
                <Icon name="chevron-right" size="s" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
