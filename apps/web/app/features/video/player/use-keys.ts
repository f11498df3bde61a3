import { useEffect } from 'react';
import type { Player } from './engine/player.ts';

export interface PlayerKeys {
  readonly player: Player | undefined;
  readonly frame: () => HTMLElement | null;
  readonly onCaptions: () => void;
  readonly onFullscreen: () => void;
  readonly onTheatre: (() => void) | undefined;
  readonly onPip: () => void;
  readonly onHelp: () => void;
  readonly onNext: (() => void) | undefined;
  /** What happened, in a word: `+10`, `1.5×`. */
  readonly onDone: (did: KeyDeed) => void;
}
export type KeyDeed =
  | { readonly kind: 'seek'; readonly seconds: number }
  | { readonly kind: 'volume' }
  | { readonly kind: 'rate'; readonly rate: number };

const SEEK: Readonly<Record<string, number>> = { j: -10, l: 10, arrowleft: -5, arrowright: 5 };

/** Whether a key belongs to what has the focus: a field, a slider, a menu, a dialog. */
function taken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('input, textarea, select, [role="slider"], [role="textbox"]')) return true;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"], [role="log"], [role="radiogroup"], [role="tablist"]') !== null)
    return true;
  return (key === ' ' || key === 'Enter') && target.closest('button, a, summary, [role="button"]') !== null;
}

/** The keys of the player, wherever on the page the focus is, as long as nothing there wants them. Up and down only inside the player. */
export function usePlayerKeys(keys: PlayerKeys): void {
  useEffect(() => {
    const { player } = keys;
    if (player === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || taken(event)) return;
      const key = event.key.toLowerCase();
      const inside = keys.frame()?.contains(event.target as Node) ?? false;
      if (!act(key, event, inside)) return;
      event.preventDefault();
    };
    const act = (key: string, event: KeyboardEvent, inside: boolean): boolean => {
      const seconds = SEEK[key];
      if (seconds !== undefined) {
        player.nudge(seconds);
        keys.onDone({ kind: 'seek', seconds });
        return true;
      }
      if (/^[0-9]$/.test(key)) {
        player.seek((player.state.duration * Number(key)) / 10);
        return true;
      }
      switch (event.key) {
        case '<':
        case '>':
          keys.onDone({ kind: 'rate', rate: player.stepRate(event.key === '<' ? -1 : 1) });
          return true;
        case '?':
          keys.onHelp();
          return true;
        case 'N':
          keys.onNext?.();
          return keys.onNext !== undefined;
      }
      switch (key) {
        case ' ':
        case 'k':
          player.toggle();
          return true;
        case 'm':
          player.setMuted(!player.state.muted);
          keys.onDone({ kind: 'volume' });
          return true;
        case 'c':
          keys.onCaptions();
          return true;
        case 'f':
          keys.onFullscreen();
          return true;
        case 't':
          keys.onTheatre?.();
          return keys.onTheatre !== undefined;
        case 'i':
          keys.onPip();
          return true;
        case 'arrowup':
        case 'arrowdown':
          if (!inside) return false;
          player.setVolume(player.state.volume + (key === 'arrowup' ? 0.05 : -0.05));
          keys.onDone({ kind: 'volume' });
          return true;
        default:
          return false;
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keys]);
}
