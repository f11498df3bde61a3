import type { Audience, LiveComments, VideoWatched } from '@madang/video/contract';
import { useCallback, useEffect, useRef } from 'react';
import { useConnection } from '../../../realtime/use-connection.ts';
import { usePage } from '../../../shell/page.ts';

/** Not everyone asks again in the same moment. */
const JITTER_MS = 2000;

export interface Live {
  /** Called for each message until the returned function is. */
  readonly listen: (listener: (message: LiveComments) => void) => () => void;
  /** Whether the comment was heard of here, and is therefore counted. */
  readonly heard: (id: string) => boolean;
}

/** What is said of the video while one looks, where there is someone to hear it. `onBack` tells their number whenever the line is (again) there. */
export function useLiveComments(videoId: string, onBack: (comments: number) => void): Live {
  const { person } = usePage();
  const { connection, state } = useConnection('/video', person !== null);
  const listeners = useRef(new Set<(message: LiveComments) => void>());
  const made = useRef(new Set<string>());
  const back = useRef(onBack);
  back.current = onBack;

  useEffect(() => {
    if (connection === undefined || state !== 'online') return;
    const { socket } = connection;
    let audience: Audience | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = () =>
      socket.emit('watch', { videoId }, (answer: ({ ok: true } & VideoWatched) | { ok: false }) => {
        // Refused: it is not for this person any more, and nothing more is heard.
        if (!answer.ok) return;
        audience = answer.audience;
        back.current(answer.comments);
      });
    const hear = (message: LiveComments) => {
      if (message.videoId !== videoId) return;
      for (const id of message.made) made.current.add(id);
      for (const listener of listeners.current) listener(message);
    };
    const hearAudience = (told: { videoId: string; audience: Audience }) => {
      if (told.videoId !== videoId || told.audience === audience) return;
      clearTimeout(timer);
      timer = setTimeout(watch, Math.random() * JITTER_MS);
    };
    socket.on('comments', hear);
    socket.on('audience', hearAudience);
    watch();
    return () => {
      clearTimeout(timer);
      socket.off('comments', hear);
      socket.off('audience', hearAudience);
      socket.emit('unwatch', { videoId });
    };
  }, [connection, state, videoId]);

  const listen = useCallback((listener: (message: LiveComments) => void) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  }, []);
  const heard = useCallback((id: string) => made.current.has(id), []);
  return { listen, heard };
}
