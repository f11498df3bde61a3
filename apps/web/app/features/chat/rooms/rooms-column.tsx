import type { Room } from '@madang/chat/contract';
import clsx from 'clsx';
import { NavLink } from 'react-router';
import type { Attempt } from '../../../api/load.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Count } from '../../../ui/badge.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { roomsStore } from '../browser/rooms-store.ts';
import { useRooms } from '../browser/use-rooms.ts';
import { roomIcon, roomName, sectionsOf } from './room-name.ts';
import styles from './rooms.module.css';

/** The list of rooms beside the one that is open. */
export function RoomsColumn({ loaded, onCreate }: { loaded: Attempt<{ items: Room[] }>; onCreate: () => void }) {
  const { t } = useTranslation('chat');
  const { person } = usePage();
  const { rooms, problem } = useRooms(loaded.ok ? loaded.body.items : undefined);
  const sections = rooms && sectionsOf(rooms);
  return (
    <aside className={styles.column} aria-labelledby="rooms-title">
      <header className={styles.columnHead}>
        <h2 id="rooms-title" className="grow">
          <NavLink to="/rooms" end>
            {t('rooms')}
          </NavLink>
        </h2>
        {mayDo(person, 'room:create') && <IconButton icon="plus" label={t('create.open')} onClick={onCreate} />}
      </header>
      <nav className={styles.columnBody} aria-label={t('rooms')}>
        {sections === undefined ? (
          problem !== undefined || !loaded.ok ? (
            <p className={styles.note}>
              {person === null ? (
                t('column.anonymous')
              ) : (
                <>
                  {t('list.failed')}{' '}
                  <button type="button" className="link" onClick={() => void roomsStore().read()}>
                    {t('ui:try_again')}
                  </button>
                </>
              )}
            </p>
          ) : (
            Array.from({ length: 6 }, (_, at) => <Skeleton key={String(at)} height={20} style={{ margin: '16px' }} />)
          )
        ) : (
          <>
            <Section title={t('section.public')} rooms={sections.open} />
            <Section title={t('section.private')} rooms={sections.closed} />
            <Section title={t('section.direct')} rooms={sections.direct} />
          </>
        )}
      </nav>
    </aside>
  );
}

function Section({ title, rooms }: { title: string; rooms: readonly Room[] }) {
  if (rooms.length === 0) return null;
  return (
    <>
      <h3 className={styles.label}>{title}</h3>
      <ul>
        {rooms.map((room) => (
          <ColumnRow key={room.id} room={room} />
        ))}
      </ul>
    </>
  );
}

function ColumnRow({ room }: { room: Room }) {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const unread = room.membership?.notifications === 'none' ? 0 : (room.membership?.unread ?? 0);
  return (
    <li>
      <NavLink to={`/rooms/${room.id}`} prefetch="intent" className={clsx(styles.row, unread > 0 && styles.unread)}>
        {room.peer ? <Avatar person={room.peer} size="xs" /> : <Icon name={roomIcon(room)} size="s" />}
        <span className="trunc grow">{roomName(room)}</span>
        {unread > 0 ? (
          <>
            <Count value={unread} />
            <span className="vh">{t('unread', { count: unread })}</span>
          </>
        ) : (
          room.online > 0 &&
          room.visibility !== 'direct' && (
            <span className="t12 dim num">
              <span aria-hidden="true">{format.number(room.online)}</span>
              <span className="vh">{t('ui:people_online', { count: room.online })}</span>
            </span>
          )
        )}
      </NavLink>
    </li>
  );
}
