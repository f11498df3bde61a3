import { useEffect, useState } from 'react';
import { useRoom } from '../browser/use-room.ts';
import type { RoomModel } from '../engine/room-store.ts';
import { useRoomUi } from '../room/room-ui.ts';

const LOOK_BACK = 200;

/** When one's own last message was sent, milliseconds since the epoch; 0 when none is near. */
function lastSent({ state }: RoomModel): number {
  const waiting = state.pending.at(-1);
  if (waiting !== undefined) return Date.parse(waiting.createdAt);
  for (let seq = state.timeline.seq; seq > state.timeline.seq - LOOK_BACK; seq--) {
    const message = state.timeline.messages.get(seq);
    if (message === undefined) break;
    if (message.sender.id === state.me) return Date.parse(message.createdAt);
  }
  return 0;
}

/** Seconds until the next message may be sent; 0 where the room is not slow or does not slow this person. */
export function useSlowMode(): number {
  const { open, may } = useRoomUi();
  const every = useRoom(open, ({ room }) => room.slowModeSeconds);
  const sent = useRoom(open, (model) => (every === 0 || may.moderate ? 0 : lastSent(model)));
  const [now, setNow] = useState(0);
  const left = sent === 0 || now === 0 ? 0 : Math.max(0, Math.ceil((sent + every * 1_000 - now) / 1_000));
  useEffect(() => {
    if (sent === 0) return;
    setNow(Date.now());
    const timer = setInterval(() => {
      const at = Date.now();
      setNow(at);
      if (at > sent + every * 1_000) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [sent, every]);
  return left;
}
