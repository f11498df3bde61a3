import { useRef } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useRoom } from '../browser/use-room.ts';
import { roomIcon, roomName } from '../rooms/room-name.ts';
import styles from './room.module.css';
import { type Panel, useRoomUi } from './room-ui.ts';

/** Where one is, who is here, and what stands beside the talk. */
export function RoomHeader({ panel, onPanel }: { panel: Panel | null; onPanel: (panel: Panel | null) => void }) {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const { open, me, float } = useRoomUi();
  const room = useRoom(open, (model) => model.room);
  const online = useRoom(open, (model) => model.state.online);
  const more = useRef<HTMLButtonElement>(null);
  const toggle = (one: Panel) => () => onPanel(panel === one ? null : one);
  return (
    <header className={styles.head}>
      <Link to="/rooms" className="iconb only-phone" aria-label={t('header.back')}>
        <Icon name="chevron-left" />
      </Link>
      <div className={styles.title}>
        <span className="hide-phone dim">{room.peer ? <Avatar person={room.peer} size="xs" /> : <Icon name={roomIcon(room)} />}</span>
        <h1 className="trunc">{roomName(room)}</h1>
      </div>
      <p className={`t13 dim trunc hide-md ${styles.topic}`} title={room.topic}>
        {room.topic}
      </p>
      {room.visibility !== 'direct' && online > 0 && (
        <span className={`pill num hide-phone ${styles.online}`}>
          <i className="on" />
          <span>{t('header.online', { count: online, n: format.number(online) })}</span>
        </span>
      )}
      <IconButton className="hide-phone" icon="pin" label={t('pins.title')} aria-pressed={panel === 'pins'} onClick={toggle('pins')} />
      {me !== undefined && (
        <IconButton icon="search" label={t('search.title')} aria-pressed={panel === 'search'} onClick={toggle('search')} />
      )}
      <IconButton icon="users" label={t('people.title')} aria-pressed={panel === 'people'} onClick={toggle('people')} />
      <IconButton
        ref={more}
        icon="more"
        label={t('header.more')}
        aria-haspopup="menu"
        onClick={() => float({ kind: 'room-menu', anchor: more, onPanel })}
      />
    </header>
  );
}
