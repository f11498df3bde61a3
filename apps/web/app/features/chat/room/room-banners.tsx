import { Link, useLocation } from 'react-router';
import type { ConnectionState } from '../../../realtime/connections.ts';
import { Banner, useOnline } from '../../../ui/states.tsx';
import { useRoom } from '../browser/use-room.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { useRoomUi } from './room-ui.ts';

/** Says what does not work now, what still does, and how much waits. */
export function RoomBanners({ connection, onRetry }: { connection: ConnectionState; onRetry: () => void }) {
  const { t } = useMoreWords();
  const { open } = useRoomUi();
  const online = useOnline();
  const { pathname, search } = useLocation();
  const waiting = useRoom(open, ({ state }) =>
    state.pending.reduce((sum, { step }) => sum + Number(step === 'waiting' || step === 'sending'), 0),
  );
  if (connection === 'ended')
    return (
      <Banner
        kind="bad"
        icon="alert"
        action={
          <Link className="btn secondary sm" to={`/sign-in?next=${encodeURIComponent(pathname + search)}`}>
            {t('shell:sign_in')}
          </Link>
        }
      >
        {t('banner.ended')}
      </Banner>
    );
  if (!online)
    return <Banner icon="wifi-off">{waiting > 0 ? t('banner.offline_waiting', { count: waiting }) : t('banner.offline')}</Banner>;
  if (connection === 'waiting')
    return (
      <Banner
        icon="clock"
        action={
          <button type="button" className="btn quiet sm" onClick={onRetry}>
            {t('banner.now')}
          </button>
        }
      >
        {waiting > 0 ? t('banner.reconnecting_waiting', { count: waiting }) : t('banner.reconnecting')}
      </Banner>
    );
  return null;
}
