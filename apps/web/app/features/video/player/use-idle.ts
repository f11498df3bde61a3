import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Player } from './engine/player.ts';

const AFTER_MS = 2_600;

/** Whether the controls should leave the picture alone: it plays, nobody moved for a while, and nothing of theirs is open or focused by key. */
export function useIdle(player: Player | undefined, frame: RefObject<HTMLElement | null>, held: boolean) {
  const [idle, setIdle] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const keep = useRef(held);
  keep.current = held;

  const stir = useCallback(
    (leave = false) => {
      clearTimeout(timer.current);
      setIdle(false);
      const rest = () => {
        const keyed = frame.current?.querySelector(':focus-visible') != null;
        if (player === undefined || player.state.paused || keep.current || keyed) return;
        setIdle(true);
      };
      timer.current = setTimeout(rest, leave ? 400 : AFTER_MS);
    },
    [player, frame],
  );
  useEffect(() => {
    let paused = true;
    const unfollow = player?.subscribe(() => {
      if (player.state.paused === paused) return;
      paused = player.state.paused;
      stir();
    });
    return () => {
      clearTimeout(timer.current);
      unfollow?.();
    };
  }, [player, stir]);
  return { idle, stir };
}
