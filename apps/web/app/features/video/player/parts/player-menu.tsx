import clsx from 'clsx';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useFormat } from '../../../../i18n/format.ts';
import { useTranslation } from '../../../../i18n/use-translation.ts';
import { Icon } from '../../../../ui/icon.tsx';
import { keepSettings, loadSettings, type PlayerSettings, RATES } from '../engine/settings.ts';
import type { MenuPage } from '../player.tsx';
import styles from '../player-menu.module.css';
import type { CaptionsState } from '../use-captions.ts';
import { usePlayerState, usePlayerUi } from '../use-player.ts';
import { CAPTION_STYLE_EVENT } from './caption-view.tsx';

interface PlayerMenuProps {
  page: MenuPage;
  captions: CaptionsState;
  onPage: (page: MenuPage | undefined) => void;
  onHelp: () => void;
}

/** The player's own menu: it stands inside the frame, so that it is there in full screen too. One page at a time, arrow keys within. */
export default function PlayerMenu({ page, captions, onPage, onHelp }: PlayerMenuProps) {
  const { t } = useTranslation('watch');
  const panel = useRef<HTMLDivElement>(null);
  const opener = useRef<Element>(null);
  const close = () => {
    onPage(undefined);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  useLayoutEffect(() => {
    opener.current ??= document.activeElement;
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page begins at what is chosen on it
  useEffect(() => {
    const items = panel.current;
    (items?.querySelector<HTMLElement>('[aria-checked="true"]') ?? items?.querySelector<HTMLElement>('[role^="menuitem"]'))?.focus();
  }, [page]);
  useEffect(() => {
    const away = (event: PointerEvent) => {
      const target = event.target as Element;
      if (panel.current?.contains(target) || target.closest('[aria-haspopup="menu"]') !== null) return;
      onPage(undefined);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [onPage]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowLeft' && page !== 'main') onPage('main');
    else if (event.key === 'Tab') return onPage(undefined);
    else {
      const items = [...(panel.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
      const at = items.indexOf(document.activeElement as HTMLElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const next = step !== undefined ? (at + step + items.length) % items.length : { Home: 0, End: items.length - 1 }[event.key];
      if (next === undefined) return;
      items[next]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={panel} className={styles.menu} role="menu" tabIndex={-1} aria-label={t(`player.menu.${page}`)} onKeyDown={onKeyDown}>
      {page === 'main' ? (
        <MainPage captions={captions} onPage={onPage} onHelp={onHelp} />
      ) : (
        <>
          <button type="button" className={styles.back} role="menuitem" onClick={() => onPage(page === 'style' ? 'captions' : 'main')}>
            <Icon name="chevron-left" size="s" />
            {t(`player.menu.${page}`)}
          </button>
          {page === 'quality' && <QualityPage onDone={close} />}
          {page === 'speed' && <SpeedPage onDone={close} />}
          {page === 'captions' && <CaptionsPage captions={captions} onDone={close} onStyle={() => onPage('style')} />}
          {page === 'style' && <StylePage />}
        </>
      )}
    </div>
  );
}

function Choice({ on, onClick, children }: { on: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" role="menuitemradio" aria-checked={on} tabIndex={-1} className={styles.item} onClick={onClick}>
      <span className={styles.tick}>{on && <Icon name="check" size="s" />}</span>
      {children}
    </button>
  );
}

function Way({ label, value, onClick }: { label: string; value?: string; onClick: () => void }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={styles.item} onClick={onClick}>
      <span className="grow">{label}</span>
      {value !== undefined && <span className={styles.value}>{value}</span>}
      <Icon name="chevron-right" size="s" />
    </button>
  );
}

function useQualityName(): string {
  const { t } = useTranslation('watch');
  const quality = usePlayerState((state) => state.quality);
  const rung = usePlayerState((state) => state.rung);
  if (quality !== null) return `${quality}p`;
  return rung === null ? t('player.auto') : t('player.auto_of', { rung: `${rung}p` });
}

function MainPage({ captions, onPage, onHelp }: Pick<PlayerMenuProps, 'captions' | 'onPage' | 'onHelp'>) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const rate = usePlayerState((state) => state.rate);
  const rungs = usePlayerState((state) => state.rungs.length);
  const name = useQualityName();
  return (
    <>
      {rungs > 0 && <Way label={t('player.quality')} value={name} onClick={() => onPage('quality')} />}
      <Way
        label={t('player.speed')}
        value={rate === 1 ? t('player.speed_normal') : `${format.number(rate)}×`}
        onClick={() => onPage('speed')}
      />
      {captions.all.length > 0 && (
        <Way label={t('player.captions')} value={captions.shown?.name ?? t('player.captions_off')} onClick={() => onPage('captions')} />
      )}
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        className={clsx(styles.item, 'hide-phone')}
        onClick={() => {
          onPage(undefined);
          onHelp();
        }}
      >
        <span className="grow">{t('player.help.title')}</span>
        <kbd>?</kbd>
      </button>
    </>
  );
}

function QualityPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('watch');
  const { player } = usePlayerUi();
  const rungs = usePlayerState((state) => state.rungs);
  const quality = usePlayerState((state) => state.quality);
  const rung = usePlayerState((state) => state.rung);
  const choose = (value: number | null) => {
    player?.choose(value);
    onDone();
  };
  return (
    <>
      {rungs.map((value) => (
        <Choice key={value} on={quality === value} onClick={() => choose(value)}>
          {value}p
        </Choice>
      ))}
      <Choice on={quality === null || !rungs.includes(quality)} onClick={() => choose(null)}>
        {rung === null || quality !== null ? t('player.auto') : t('player.auto_of', { rung: `${rung}p` })}
      </Choice>
    </>
  );
}

function SpeedPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { player } = usePlayerUi();
  const current = usePlayerState((state) => state.rate);
  return RATES.map((rate) => (
    <Choice
      key={rate}
      on={rate === current}
      onClick={() => {
        player?.setRate(rate);
        onDone();
      }}
    >
      {rate === 1 ? t('player.speed_normal') : `${format.number(rate)}×`}
    </Choice>
  ));
}

function CaptionsPage({ captions, onDone, onStyle }: { captions: CaptionsState; onDone: () => void; onStyle: () => void }) {
  const { t } = useTranslation('watch');
  const choose = (id: string | null) => {
    captions.choose(id);
    onDone();
  };
  return (
    <>
      <Choice on={captions.shown === undefined} onClick={() => choose(null)}>
        {t('player.captions_off')}
      </Choice>
      {captions.all.map(({ id, name }) => (
        <Choice key={id} on={captions.shown?.id === id} onClick={() => choose(id)}>
          {name}
        </Choice>
      ))}
      <Way label={t('player.menu.style')} onClick={onStyle} />
    </>
  );
}

const SIZES = ['small', 'medium', 'large'] as const;
const GROUNDS = ['none', 'soft', 'solid'] as const;

function StylePage() {
  const { t } = useTranslation('watch');
  const [look, setLook] = useState(loadSettings);
  const change = (next: Partial<PlayerSettings>) => {
    setLook(keepSettings(next));
    window.dispatchEvent(new Event(CAPTION_STYLE_EVENT));
  };
  return (
    <>
      <p className={styles.label}>{t('player.caption_size.label')}</p>
      {SIZES.map((size) => (
        <Choice key={size} on={look.captionSize === size} onClick={() => change({ captionSize: size })}>
          {t(`player.caption_size.${size}`)}
        </Choice>
      ))}
      <p className={styles.label}>{t('player.caption_ground.label')}</p>
      {GROUNDS.map((ground) => (
        <Choice key={ground} on={look.captionGround === ground} onClick={() => change({ captionGround: ground })}>
          {t(`player.caption_ground.${ground}`)}
        </Choice>
      ))}
    </>
  );
}
