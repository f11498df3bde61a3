import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from './button.tsx';

/** The end of a list that goes on: asks for more when it comes near the view, and on a press. After a failure only on a press. */
export function LoadMore({ busy, failed, onMore, children }: { busy: boolean; failed: boolean; onMore: () => void; children: ReactNode }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (busy || failed || end.current === null) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onMore(), {
      rootMargin: '600px',
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [busy, failed, onMore]);
  return (
    <div ref={end} style={{ display: 'flex', justifyContent: 'center', padding: 12 }}>
      <Button busy={busy} onClick={onMore}>
        {children}
      </Button>
    </div>
  );
}
