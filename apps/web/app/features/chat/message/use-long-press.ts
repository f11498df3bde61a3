import { type PointerEvent, useRef } from 'react';

const HELD_MS = 450;
const MOVED_PX = 10;

/** A finger that rests; scrolling away, lifting early and a mouse are none. */
export function useLongPress(run: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const start = useRef({ x: 0, y: 0 });
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      stop();
      if (event.pointerType === 'mouse') return;
      start.current = { x: event.clientX, y: event.clientY };
      timer.current = setTimeout(run, HELD_MS);
    },
    onPointerMove: (event: PointerEvent) => {
      if (Math.abs(event.clientX - start.current.x) > MOVED_PX || Math.abs(event.clientY - start.current.y) > MOVED_PX) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
  };
}
