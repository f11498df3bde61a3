import clsx from 'clsx';
import { type ButtonHTMLAttributes, type CSSProperties, useEffect, useState } from 'react';
import { useTranslation } from '../../../../i18n/use-translation.ts';
import { Icon } from '../../../../ui/icon.tsx';
import type { IconName } from '../../../../ui/icon-names.ts';
import { type Chapter, chapterAt } from '../engine/chapters.ts';
import { clockText } from '../engine/clock-text.ts';
import styles from '../player.module.css';
import type { MenuPage } from '../player.tsx';
import type { CaptionsState } from '../use-captions.ts';
import { usePlayerState, usePlayerUi } from '../use-player.ts';
import { SeekBar } from './seek-bar.tsx';

export interface ControlsProps {
  chapters: readonly Chapter[];
  storyboard: string | null;
  captions: CaptionsState;
  theatre: { readonly on: boolean; readonly toggle: () => void } | undefined;
  menu: MenuPage | undefined;
  onMenu: (page: MenuPage | undefined) => void;
  onNext: (() => void) | undefined;
  onFullscreen: () => void;
  onPip: () => void;
}

export function Controls({ chapters, storyboard, captions, theatre, menu, onMenu, onNext, onFullscreen, onPip }: ControlsProps) {
  const { t } = useTranslation('watch');
  const { player } = usePlayerUi();
  const paused = usePlayerState((state) => state.paused);
  const full = useFullscreen();
  const toggle = (page: MenuPage) => () => onMenu(menu === undefined ? page : undefined);
  return (
    <div className={styles.controls}>
      <SeekBar chapters={chapters} storyboard={storyboard} />
      <div className={styles.row}>
        <Control
          icon={paused ? 'play' : 'pause'}
          label={paused ? t('player.play') : t('player.pause')}
          keys="k"
          onClick={() => player?.toggle()}
        />
        {onNext && <Control className="hide-phone" icon="next" label={t('player.next')} keys="Shift+N" onClick={onNext} />}
        <Volume />
        <Clock chapters={chapters} />
        <span className="grow" />
        {captions.all.length > 0 && (
          <Control
            icon="captions"
            label={t('player.captions')}
            keys="c"
            aria-pressed={captions.shown !== undefined}
            onClick={captions.toggle}
          />
        )}
        <QualityButton open={menu === 'quality'} onClick={toggle('quality')} />
        <Control
          icon="settings"
          label={t('player.settings')}
          aria-haspopup="menu"
          aria-expanded={menu !== undefined}
          onClick={toggle('main')}
        />
        <Control className="hide-phone" icon="pip" label={t('player.pip')} keys="i" onClick={onPip} />
        {theatre && (
          <Control
            className={clsx('hide-md', full && styles.gone)}
            icon="theatre"
            label={t('player.theatre')}
            keys="t"
            aria-pressed={theatre.on}
            onClick={theatre.toggle}
          />
        )}
        <Control
          icon={full ? 'fullscreen-exit' : 'fullscreen'}
          label={full ? t('player.fullscreen_exit') : t('player.fullscreen')}
          keys="f"
          onClick={onFullscreen}
        />
      </div>
    </div>
  );
}

function useFullscreen(): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const read = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', read);
    return () => document.removeEventListener('fullscreenchange', read);
  }, []);
  return full;
}

function Control({
  icon,
  label,
  keys,
  className,
  ...rest
}: { icon: IconName; label: string; keys?: string } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      {...rest}
      type="button"
      className={clsx(styles.control, className)}
      aria-label={label}
      aria-keyshortcuts={keys}
      title={keys === undefined ? label : `${label} (${keys})`}
    >
      <Icon name={icon} />
    </button>
  );
}

function Volume() {
  const { t } = useTranslation('watch');
  const { player } = usePlayerUi();
  const volume = usePlayerState((state) => state.volume);
  const muted = usePlayerState((state) => state.muted);
  const shown = muted ? 0 : volume;
  return (
    <span className={clsx(styles.volume, 'hide-phone')}>
      <Control
        icon={shown === 0 ? 'volume-off' : 'volume'}
        label={muted ? t('player.unmute') : t('player.mute')}
        keys="m"
        onClick={() => player?.setMuted(!muted)}
      />
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={shown}
        aria-label={t('player.volume')}
        style={{ '--level': `${shown * 100}%` } as CSSProperties}
        onChange={(event) => player?.setVolume(event.target.valueAsNumber)}
      />
    </span>
  );
}

function Clock({ chapters }: { chapters: readonly Chapter[] }) {
  const second = usePlayerState((state) => Math.floor(state.position));
  const duration = usePlayerState((state) => state.duration);
  const chapter = chapterAt(chapters, second);
  return (
    <>
      <span className={styles.clock}>
        {clockText(second)}
        <span> / {clockText(duration)}</span>
      </span>
      {chapter && <span className={clsx(styles.chapter, 'trunc hide-phone')}>{chapter.title}</span>}
    </>
  );
}

function QualityButton({ open, onClick }: { open: boolean; onClick: () => void }) {
  const { t } = useTranslation('watch');
  const rung = usePlayerState((state) => state.rung);
  const rungs = usePlayerState((state) => state.rungs);
  if (rungs.length === 0) return null;
  return (
    <button
      type="button"
      className={clsx(styles.control, styles.quality, 'num')}
      aria-haspopup="menu"
      aria-expanded={open}
      aria-label={t('player.quality_now', { rung: rung === null ? t('player.auto') : `${rung}p` })}
      title={t('player.quality')}
      onClick={onClick}
    >
      {rung === null ? t('player.auto') : `${rung}p`}
    </button>
  );
}
