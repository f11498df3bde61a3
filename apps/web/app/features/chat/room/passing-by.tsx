import { useEffect } from 'react';
import { api } from '../../../api/browser.ts';
import { useRoomUi } from './room-ui.ts';

/** The page may come from a cache that is minutes old; and an address behind which many read is asked gently. */
const SOON_MS = 1_500;
const AGAIN_MS = 30_000;

/** Brings new messages to who reads without a name, and so without a socket. */
export default function PassingBy() {
  const { open, roomId } = useRoomUi();
  useEffect(() => {
    let gone = false;
    let timer = setTimeout(look, SOON_MS);
    async function look(): Promise<void> {
      if (document.visibilityState === 'visible') await read().catch(() => undefined);
      if (!gone) timer = setTimeout(look, AGAIN_MS);
    }
    async function read(): Promise<void> {
      const { timeline } = open.store.get().state;
      const query = { cursor: String(timeline.seq), direction: 'after', limit: 100 } as const;
      const { items } = await api('GET /api/v1/rooms/:roomId/messages', { params: { roomId }, query });
      if (gone) return;
      for (const message of items.toReversed()) open.store.dispatch({ type: 'arrived', message, unseen: false });
      open.history.follow(open.store.get().atEnd);
    }
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [open, roomId]);
  return null;
}
