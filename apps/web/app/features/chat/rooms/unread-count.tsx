import { useEffect } from 'react';
import { usePage } from '../../../shell/page.ts';
import { Count } from '../../../ui/badge.tsx';
import { roomsStore } from '../browser/rooms-store.ts';
import { useRooms } from '../browser/use-rooms.ts';

const ASK_MS = 60_000;

/** How much waits in all of the person's rooms, on the rail. */
export function UnreadCount() {
  const { person } = usePage();
  const { rooms } = useRooms();
  const who = person?.id;
  useEffect(() => {
    if (who === undefined) return;
    const ask = () => document.visibilityState === 'visible' && void roomsStore().read();
    if (roomsStore().get().rooms === undefined) ask();
    const timer = setInterval(ask, ASK_MS);
    return () => clearInterval(timer);
  }, [who]);
  const waiting = rooms?.reduce((sum, { membership }) => {
    return membership === null || membership.notifications === 'none' ? sum : sum + membership.unread;
  }, 0);
  return <Count value={waiting ?? 0} />;
}
