import { useEffect, useRef, useState } from 'react';
import { plainText } from '../engine/message-text.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { useRoomUi } from './room-ui.ts';

/** Messages are read out when there is a pause, not each for itself when many come. */
const PAUSE_MS = 900;
const READ_MOST = 2;

/** Says new messages of others to screen readers, politely. */
export function Announcer() {
  const { t } = useMoreWords();
  const { open, nameOf } = useRoomUi();
  const [said, setSaid] = useState('');
  const words = useRef({ t, nameOf });
  words.current = { t, nameOf };
  useEffect(() => {
    let from = open.store.get().state.timeline.seq;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = () => {
      timer = undefined;
      const { timeline, me } = open.store.get().state;
      const fresh = [];
      for (let seq = Math.max(from, timeline.seq - 50) + 1; seq <= timeline.seq; seq++) {
        const message = timeline.messages.get(seq);
        if (message !== undefined && message.sender.id !== me && message.deletedAt === null) fresh.push(message);
      }
      from = timeline.seq;
      const { t: say, nameOf: name } = words.current;
      if (fresh.length > READ_MOST) setSaid(say('stream.announced', { count: fresh.length }));
      else if (fresh.length > 0)
        setSaid(fresh.map(({ sender, body }) => `${sender.name}: ${plainText(body, name) || say('message.file')}`).join('. '));
    };
    const stop = open.store.subscribe(() => {
      if (open.store.get().state.timeline.seq > from) timer ??= setTimeout(say, PAUSE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [open]);
  return (
    <p className="vh" role="status" aria-live="polite">
      {said}
    </p>
  );
}
