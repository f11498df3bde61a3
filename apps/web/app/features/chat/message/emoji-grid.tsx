import { type KeyboardEvent, useRef, useState } from 'react';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './emoji.module.css';
import { EMOJI, type EmojiGroup } from './emoji.ts';

const GROUPS = Object.keys(EMOJI) as EmojiGroup[];
const ACROSS = 8;

/** A few hundred signs people use. Arrow keys walk the grid. */
export function EmojiGrid({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useMoreWords();
  const [group, setGroup] = useState<EmojiGroup>('faces');
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const shown = EMOJI[group];
  const walk = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(shown.length - 1, Math.max(0, at + step));
    setAt(next);
    (grid.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <>
      <div className={styles.groups} role="tablist" aria-label={t('emoji.groups')}>
        {GROUPS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === group}
            aria-label={t(`emoji.${one}`)}
            title={t(`emoji.${one}`)}
            onClick={() => {
              setGroup(one);
              setAt(0);
            }}
          >
            {EMOJI[one][0]}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields */}
      <div ref={grid} className={styles.grid} role="group" aria-label={t(`emoji.${group}`)} onKeyDown={walk}>
        {shown.map((emoji, index) => (
          <button key={emoji} type="button" tabIndex={index === at ? 0 : -1} onClick={() => onPick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </>
  );
}
