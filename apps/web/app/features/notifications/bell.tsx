import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useConnection } from '../../realtime/use-connection.ts';
import { usePage } from '../../shell/page.ts';
import { Icon } from '../../ui/icon.tsx';
import { bellStore, useBell } from './bell-store.ts';

const loadPanel = () => import('./bell-panel.tsx');
const BellPanel = lazy(loadPanel);
/** The page comes first; the bell's socket after it. */
const QUIET_MS = 2_000;

/** How much a person has not read yet, on every page; live once the page has settled. */
export function Bell() {
  const { t } = useTranslation('notifications');
  const { person } = usePage();
  const { unread } = useBell();
  const [open, setOpen] = useState(false);
  const [settled, setSettled] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const who = person?.id;
  useEffect(() => {
    if (who === undefined) return;
    const timer = setTimeout(() => setSettled(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [who]);
  const { connection, state } = useConnection('/notifications', settled && who !== undefined);
  useEffect(() => {
    if (connection === undefined || state !== 'online') return;
    const { socket } = connection;
    void bellStore.ask(); // what came while nobody listened
    const counted = ({ unread: count }: { unread: number }) => bellStore.counted(count);
    socket.on('notification', bellStore.heard).on('unread', counted);
    return () => {
      socket.off('notification', bellStore.heard).off('unread', counted);
    };
  }, [connection, state]);
  if (person === null) return null;
  const label = unread ? t('bell_unread', { count: unread }) : t('title');
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className="iconb"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onPointerEnter={() => void loadPanel()}
        onFocus={() => void loadPanel()}
        onClick={() => setOpen(!open)}
      >
        <Icon name="bell" />
        {unread ? <span className="dot" /> : null}
      </button>
      {open && (
        <Suspense>
          <BellPanel anchor={anchor} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
