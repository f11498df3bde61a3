import type { Room } from '@madang/chat/contract';
import clsx from 'clsx';
import { lazy, Suspense, useDeferredValue, useState } from 'react';
import { Link, useOutletContext } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Count, OnlineCount } from '../../../ui/badge.tsx';
import { Button, ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { Time } from '../../../ui/time.tsx';
import { roomsStore } from '../browser/rooms-store.ts';
import { useRooms } from '../browser/use-rooms.ts';
import { plainText } from '../engine/message-text.ts';
import type { Route } from './+types/rooms-page';
import { roomIcon, roomName, sectionsOf } from './room-name.ts';
import styles from './rooms.module.css';
import type { RoomsContext } from './rooms-layout.tsx';

const Invitations = lazy(() => import('./invitations.tsx'));

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  const words = page && metaWords(page);
  return page && pageMeta(page, { title: words?.('chat:rooms'), description: words?.('chat:list.about'), path: '/rooms' });
}

/** Every room one may enter, what waits in each, and the way to open another. */
export default function RoomsPage() {
  const { t } = useTranslation('chat');
  const { person } = usePage();
  const { loaded, onCreate } = useOutletContext<RoomsContext>();
  const { rooms, problem, reading } = useRooms(loaded.ok ? loaded.body.items : undefined);
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter);
  const sections = rooms && sectionsOf(rooms, wanted);
  const mayCreate = mayDo(person, 'room:create');
  const create = mayCreate && (
    <Button kind="primary" onClick={onCreate}>
      <Icon name="plus" size="s" />
      {t('create.open')}
    </Button>
  );
  return (
    <div className="page">
      <header className={styles.pageHead}>
        <h1 className="grow">{t('rooms')}</h1>
        {create}
      </header>
      {person && (
        <Suspense>
          <Invitations />
        </Suspense>
      )}
      {sections !== undefined ? (
        rooms?.length === 0 ? (
          <div className="card">
            <EmptyState heading="h2" title={t('list.empty')} text={t('list.empty_text')} action={create} />
          </div>
        ) : (
          <>
            <label className={styles.filter}>
              <Icon name="search" size="s" />
              <span className="vh">{t('list.filter')}</span>
              <input
                className="in"
                type="search"
                value={filter}
                placeholder={t('list.filter')}
                onChange={(event) => setFilter(event.target.value)}
              />
            </label>
            <PageSection title={t('section.public')} rooms={sections.open} />
            <PageSection title={t('section.private')} rooms={sections.closed} />
            <PageSection title={t('section.direct')} rooms={sections.direct} />
            <p role="status" className={sections.open.length + sections.closed.length + sections.direct.length === 0 ? styles.note : 'vh'}>
              {sections.open.length + sections.closed.length + sections.direct.length === 0 ? t('list.none', { filter }) : ''}
            </p>
          </>
        )
      ) : person === null && !loaded.ok && loaded.problem.status < 500 ? (
        <div className="card">
          <EmptyState
            heading="h2"
            title={t('door.title')}
            text={t('door.text')}
            action={
              <ButtonLink kind="primary" to="/start?next=/rooms">
                {t('door.enter')}
              </ButtonLink>
            }
          />
        </div>
      ) : reading ? (
        <Loading label={t('rooms')}>
          {Array.from({ length: 6 }, (_, at) => (
            <Skeleton key={String(at)} height={48} style={{ margin: '12px 0' }} />
          ))}
        </Loading>
      ) : (
        <div className="card">
          <ErrorState
            title={t('list.failed')}
            problem={problem ?? (loaded.ok ? undefined : loaded.problem)}
            retrying={reading}
            onRetry={() => void roomsStore().read()}
          />
        </div>
      )}
    </div>
  );
}

function PageSection({ title, rooms }: { title: string; rooms: readonly Room[] }) {
  if (rooms.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      <ul className="card">
        {rooms.map((room) => (
          <PageRow key={room.id} room={room} />
        ))}
      </ul>
    </section>
  );
}

function PageRow({ room }: { room: Room }) {
  const { t } = useTranslation('chat');
  const { last } = room;
  const unread = room.membership?.unread ?? 0;
  const said =
    last === null
      ? room.topic || t('list.silent')
      : last.deleted
        ? t('message.deleted')
        : `${last.sender.name}: ${plainText(last.body, () => undefined) || t('list.sent_file')}`;
  return (
    <li>
      <Link to={`/rooms/${room.id}`} prefetch="intent" className={clsx(styles.wide, unread > 0 && styles.unread)}>
        {room.peer ? (
          <Avatar person={room.peer} />
        ) : (
          <span className={styles.sign}>
            <Icon name={roomIcon(room)} />
          </span>
        )}
        <span className="col grow">
          <b className="trunc">{roomName(room)}</b>
          <span className="t13 dim trunc">{said}</span>
        </span>
        <span className={styles.ends}>
          {last && (
            <span className="t12 dim num">
              <Time at={last.createdAt} />
            </span>
          )}
          <span className="row">
            {room.visibility !== 'direct' && room.online > 0 && <OnlineCount value={room.online} />}
            {unread > 0 && (
              <>
                <Count value={unread} />
                <span className="vh">{t('unread', { count: unread })}</span>
              </>
            )}
          </span>
        </span>
      </Link>
    </li>
  );
}
