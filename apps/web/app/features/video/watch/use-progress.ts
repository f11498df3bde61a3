import type { MediaProgress } from '@madang/media/contract';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from '../../../realtime/use-connection.ts';
import { usePage } from '../../../shell/page.ts';
import type { Video } from '../player/use-player.ts';

export type Progress = Video['progress'];

/** Nothing more is being made of it. */
export function isSettled({ status, playback }: Pick<Video, 'status' | 'playback'>): boolean {
  return status === 'failed' || (status === 'ready' && playback?.growing !== true);
}
const readyCount = (progress: Progress): number => progress.rungs.filter((rung) => rung.state === 'ready').length;

/** How far the film is, live where someone is here to hear it. `onMade` is called when there is more to see than before. */
export function useProgress(video: Video, onMade: () => void): Progress {
  const { person } = usePage();
  const making = !isSettled(video);
  const { connection, state } = useConnection('/media', making && person !== null);
  const [told, setTold] = useState<MediaProgress>();
  const progress = told?.progress ?? video.progress;

  useEffect(() => {
    if (connection === undefined || state !== 'online') return;
    const { socket } = connection;
    const hear = (heard: MediaProgress) => {
      if (heard.videoId === video.id) setTold(heard);
    };
    socket.on('progress', hear);
    socket.emit('watch', { videoId: video.id });
    return () => {
      socket.off('progress', hear);
      socket.emit('unwatch', { videoId: video.id });
    };
  }, [connection, state, video.id]);

  const status = told?.status ?? video.status;
  const made = `${status} ${readyCount(progress)} ${video.playback?.growing ?? false}`;
  const before = useRef(made);
  const tell = useRef(onMade);
  tell.current = onMade;
  useEffect(() => {
    if (before.current === made) return;
    before.current = made;
    tell.current();
  }, [made]);
  // What the server said over HTTP after the socket fell silent is newer.
  useEffect(() => {
    if (!making) setTold(undefined);
  }, [making]);
  return progress;
}
