import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react';

/** The stream's end counts as in sight within this distance. */
const END_PX = 48;
/** More is asked for when less than this is left to scroll. */
const AHEAD_PX = 900;

interface Options {
  /** Changes with every change of what is drawn. */
  readonly drawn: unknown;
  /** Nothing newer exists below what is drawn. */
  readonly follows: boolean;
  /** A line to bring to the middle: a new object each time. */
  readonly focus: { readonly seq: number } | null;
  readonly onNear: (edge: 'before' | 'after') => void;
  readonly onEnd: (atEnd: boolean) => void;
}

/**
 * Keeps what a person reads where it is. The list hangs from its bottom (`column-reverse`), so the browser itself holds the end
 * in sight and nothing above moves it; what changes below is made up for here, before the frame is painted.
 */
export function useStreamScroll(scroller: RefObject<HTMLDivElement | null>, { drawn, follows, focus, onNear, onEnd }: Options) {
  const anchor = useRef<{ key: string; top: number }>(undefined);
  const atEnd = useRef(true);
  const focused = useRef<object | null>(null);

  const near = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const below = -box.scrollTop;
    const above = box.scrollHeight - box.clientHeight - below;
    if (above < AHEAD_PX) onNear('before');
    if (below < AHEAD_PX) onNear('after');
  }, [scroller, onNear]);

  /** Remembers the first line in sight and where it stands. */
  const remember = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const end = follows && -box.scrollTop < END_PX;
    if (end !== atEnd.current) {
      atEnd.current = end;
      onEnd(end);
    }
    const edge = box.getBoundingClientRect().top;
    const lines = box.querySelectorAll<HTMLElement>('[data-line]');
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const line = lines[middle];
      if (line !== undefined && line.getBoundingClientRect().bottom <= edge) low = middle + 1;
      else high = middle;
    }
    const line = lines[low];
    anchor.current =
      line?.dataset.line === undefined ? undefined : { key: line.dataset.line, top: line.getBoundingClientRect().top - edge };
  }, [scroller, follows, onEnd]);

  const restore = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    if (atEnd.current && follows) {
      if (box.scrollTop !== 0) box.scrollTop = 0;
    } else if (anchor.current !== undefined) {
      const line = box.querySelector<HTMLElement>(`[data-line="${CSS.escape(anchor.current.key)}"]`);
      if (line !== null) {
        const moved = line.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.current.top;
        if (Math.abs(moved) >= 1) box.scrollTop += moved;
      }
    }
  }, [scroller, follows]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` stands for the lines this runs after
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    if (focus !== null && focus !== focused.current) {
      const line = box.querySelector<HTMLElement>(`[data-seq="${focus.seq}"]`);
      if (line !== null) {
        focused.current = focus;
        line.scrollIntoView({ block: 'center' });
        remember();
        return near();
      }
    }
    restore();
    remember();
    near();
  }, [scroller, drawn, follows, focus, restore, remember, near]);

  useEffect(() => {
    const box = scroller.current;
    const list = box?.firstElementChild;
    if (box === null || list == null) return;
    let asked = 0;
    const onScroll = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        remember();
        near();
      });
    };
    // Pictures, fonts, a keyboard that opens: sizes change without anything new being drawn.
    const sizes = new ResizeObserver(restore);
    sizes.observe(list);
    sizes.observe(box);
    box.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(asked);
      sizes.disconnect();
      box.removeEventListener('scroll', onScroll);
    };
  }, [scroller, remember, near, restore]);

  return {
    /** To the end of what is drawn, whatever was being read. */
    toEnd: useCallback(() => {
      atEnd.current = true;
      anchor.current = undefined;
      if (scroller.current !== null) scroller.current.scrollTop = 0;
      onEnd(true);
    }, [scroller, onEnd]),
  };
}
