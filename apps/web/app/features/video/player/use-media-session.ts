import { useEffect } from 'react';
import type { Player } from './engine/player.ts';
import type { Video } from './use-player.ts';

/** The film on the lock screen, on headphones and media keys (W3C Media Session). */
export function useMediaSession(player: Player | undefined, video: Video, onNext: (() => void) | undefined): void {
  useEffect(() => {
    if (player === undefined || !('mediaSession' in navigator)) return;
    const { mediaSession } = navigator;
    const { poster } = video;
    mediaSession.metadata = new MediaMetadata({
      title: video.title,
      artist: video.channel.name,
      artwork: poster === null ? [] : [{ src: poster.jpeg, type: 'image/jpeg', sizes: `${poster.width}x${poster.height}` }],
    });
    const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
      ['play', () => player.play()],
      ['pause', () => player.pause()],
      ['seekbackward', ({ seekOffset }) => player.nudge(-(seekOffset ?? 10))],
      ['seekforward', ({ seekOffset }) => player.nudge(seekOffset ?? 10)],
      ['seekto', ({ seekTime }) => seekTime !== undefined && player.seek(seekTime)],
      ['nexttrack', onNext === undefined ? null : () => onNext()],
    ];
    const set = (action: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
      try {
        mediaSession.setActionHandler(action, handler);
      } catch {
        // This browser does not know that key.
      }
    };
    for (const [action, handler] of handlers) set(action, handler);
    let last = -1;
    const unfollow = player.subscribe(() => {
      const { duration, position, rate } = player.state;
      const second = Math.floor(position);
      if (second === last || duration <= 0) return;
      last = second;
      mediaSession.setPositionState?.({ duration, position: Math.min(position, duration), playbackRate: rate });
    });
    return () => {
      unfollow();
      for (const [action] of handlers) set(action, null);
      mediaSession.metadata = null;
    };
  }, [player, video, onNext]);
}
