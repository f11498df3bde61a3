import clsx from 'clsx';
import { useEffect, useState } from 'react';
import { loadSettings, type PlayerSettings } from '../engine/settings.ts';
import styles from '../player.module.css';

/** Said to whatever shows captions on the page: their look was changed. */
export const CAPTION_STYLE_EVENT = 'madang:caption-style';

/** What is said in the film, above the controls. */
export function CaptionView({ lines, raised }: { lines: readonly string[]; raised: boolean }) {
  const [look, setLook] = useState<Pick<PlayerSettings, 'captionSize' | 'captionGround'>>();
  useEffect(() => {
    const read = () => setLook(loadSettings());
    read();
    window.addEventListener(CAPTION_STYLE_EVENT, read);
    return () => window.removeEventListener(CAPTION_STYLE_EVENT, read);
  }, []);
  if (lines.length === 0 || look === undefined) return null;
  return (
    <div className={clsx(styles.captions, raised && styles.raised)} data-size={look.captionSize} data-ground={look.captionGround}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one moment have no other name than their place
        <p key={at}>
          <span>{line}</span>
        </p>
      ))}
    </div>
  );
}
