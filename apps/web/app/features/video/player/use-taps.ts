import { type MouseEvent, type PointerEvent, useRef } from 'react';
import type { Player } from './engine/player.ts';
import type { KeyDeed } from './use-keys.ts';

const DOUBLE_MS = 300;
const STEP_SECONDS = 10;

/**
 * What a press on the picture means. A mouse plays and pauses. A finger brings the controls; twice on the left or right third goes
 * ten seconds back or on, and every further tap ten more.
 */
export function useTaps(player: Player | undefined, stir: () => void, onDone: (did: KeyDeed) => void) {
  const last = useRef({ at: 0, side: 0, sum: 0 });
  const kind = useRef('mouse');
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      kind.current = event.pointerType;
    },
    onClick: (event: MouseEvent<HTMLElement>) => {
      if (player === undefined) return;
      if (kind.current === 'mouse' || !player.state.started) {
        player.toggle();
        stir();
        return;
      }
      const box = event.currentTarget.getBoundingClientRect();
      const place = (event.clientX - box.left) / box.width;
      const side = place < 1 / 3 ? -1 : place > 2 / 3 ? 1 : 0;
      const now = event.timeStamp;
      const again = side !== 0 && side === last.current.side && now - last.current.at < DOUBLE_MS;
      const sum = again ? last.current.sum + STEP_SECONDS : 0;
      last.current = { at: now, side, sum };
      if (!again) return stir();
      player.nudge(side * STEP_SECONDS);
      onDone({ kind: 'seek', seconds: side * sum });
    },
  };
}
