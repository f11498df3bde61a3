import { type RefObject, useEffect, useState } from 'react';

/** The width of an element in CSS pixels, as it changes; plots are drawn in real pixels so that their words keep their size. */
export function useWidth(element: RefObject<HTMLElement | null>, first: number): number {
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(160, Math.round(entry.contentRect.width))));
    observer.observe(node);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
