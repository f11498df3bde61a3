import type { MediaProgress } from '@madang/media/contract';
import { useEffect, useRef } from 'react';
import { useConnection } from '../../../realtime/use-connection.ts';
import { usePage } from '../../../shell/page.ts';
import type { Video } from '../player/use-player.ts';
import type { Progress } from './settled.ts';

interface FollowProgressProps {
  video: Video;
  progress: Progress;
  onProgress: (progress: Progress) => void;
  /** There is more to see than before. */
  onMade: () => void;
}

/** On the page while something is being made: hears how far it is, live where someone is here to hear it. Draws nothing. */
export default function FollowProgress({ video, progress, onProgress, onMade }: FollowProgressProps) {
  const { person } = usePage();
  const { connection, state } = useConnection('/media', person !== null);
  const calls = useRef({ onProgress, onMade });
  calls.current = { onProgress, onMade };
  const status = useRef(video.status);

  useEffect(() => {
    if (connection === undefined || state !== 'online') return;
    const { socket } = connection;
    const hear = (heard: MediaProgress) => {
      if (heard.videoId !== video.id) return;
      calls.current.onProgress(heard.progress);
      if (heard.status !== status.current) calls.current.onMade();
      status.current = heard.status;
    };
    socket.on('progress', hear);
    socket.emit('watch', { videoId: video.id });
    return () => {
      socket.off('progress', hear);
      socket.emit('unwatch', { videoId: video.id });
    };
  }, [connection, state, video.id]);

  const ready = progress.rungs.filter((rung) => rung.state === 'ready').length;
  const before = useRef(ready);
  useEffect(() => {
    if (ready > before.current) calls.current.onMade();
    before.current = ready;
  }, [ready]);
  return null;
}
