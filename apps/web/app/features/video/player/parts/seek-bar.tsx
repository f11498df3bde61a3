import clsx from 'clsx';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from '../../../../i18n/use-translation.ts';
import { type Chapter, chapterAt } from '../engine/chapters.ts';
import { clockText } from '../engine/clock-text.ts';
import { spriteAt } from '../engine/storyboard.ts';
import styles from '../seek-bar.module.css';
import { usePlayerState, usePlayerUi } from '../use-player.ts';
import { useStoryboard } from '../use-storyboard.ts';

const percent = (value: number, whole: number): string =>
  `${whole > 0 ? Math.min(100, Math.max(0, (value / whole) * 100)).toFixed(3) : 0}%`;
/** Largest edge of the preview, pixels. */
const PREVIEW_WIDTH = 176;

/** Where in the film one is, what is loaded, what is made; chapters as pieces, and a picture of the moment under the pointer. */
export function SeekBar({ chapters, storyboard }: { chapters: readonly Chapter[]; storyboard: string | null }) {
  const { t } = useTranslation('watch');
  const { player } = usePlayerUi();
  const position = usePlayerState((state) => state.position);
  const duration = usePlayerState((state) => state.duration);
  const available = usePlayerState((state) => state.available);
  const buffered = usePlayerState((state) => state.buffered);
  const { sprites, warm } = useStoryboard(storyboard);
  const bar = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<number>();
  const [held, setHeld] = useState<number>();

  const at = (event: PointerEvent): number => {
    const box = bar.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return (Math.min(box.width, Math.max(0, event.clientX - box.left)) / box.width) * duration;
  };
  const shown = held ?? position;
  const looked = held ?? hover;
  const pieces: readonly Chapter[] = chapters.length > 0 ? chapters : [{ title: '', start: 0, end: duration }];
  const unmade = available > 0 && available < duration - 1;

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[event.key];
    if (step !== undefined) player?.nudge(step);
    else if (event.key === 'Home') player?.seek(0);
    else if (event.key === 'End') player?.seek(duration);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={bar}
      className={clsx(styles.seek, held !== undefined && styles.held)}
      role="slider"
      tabIndex={0}
      aria-label={t('player.seek')}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={t('player.seek_value', { position: clockText(shown), duration: clockText(duration) })}
      onKeyDown={onKeyDown}
      onFocus={warm}
      onPointerEnter={warm}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        warm();
        event.currentTarget.setPointerCapture(event.pointerId);
        setHeld(at(event));
      }}
      onPointerMove={(event) => {
        if (held !== undefined) setHeld(at(event));
        if (event.pointerType === 'mouse') setHover(at(event));
      }}
      onPointerUp={(event) => {
        if (held === undefined) return;
        player?.seek(at(event));
        setHeld(undefined);
      }}
      onPointerCancel={() => setHeld(undefined)}
      onPointerLeave={() => setHover(undefined)}
    >
      {pieces.map((piece) => {
        const length = piece.end - piece.start;
        const within = (value: number) => percent(value - piece.start, length);
        const under = looked !== undefined && looked >= piece.start && looked < piece.end;
        return (
          <span
            key={piece.start}
            className={clsx(styles.piece, under && chapters.length > 0 && styles.under)}
            style={{ flexGrow: length > 0 ? length : 1 }}
          >
            {buffered.map(([from, to]) =>
              to > piece.start && from < piece.end ? (
                <i key={from} className={styles.loaded} style={{ left: within(from), right: `calc(100% - ${within(to)})` }} />
              ) : null,
            )}
            {unmade && available < piece.end && <i className={styles.unmade} style={{ left: within(available) }} />}
            <i className={styles.played} style={{ width: within(shown) }} />
          </span>
        );
      })}
      <b className={styles.thumb} style={{ left: percent(shown, duration) }} />
      {looked !== undefined && (
        <Preview seconds={looked} duration={duration} chapter={chapterAt(chapters, looked)} sprite={spriteAt(sprites, looked)} />
      )}
    </div>
  );
}

function Preview({
  seconds,
  duration,
  chapter,
  sprite,
}: {
  seconds: number;
  duration: number;
  chapter: Chapter | undefined;
  sprite: ReturnType<typeof spriteAt>;
}) {
  const share = duration > 0 ? seconds / duration : 0;
  const width = sprite === undefined ? 72 : Math.min(PREVIEW_WIDTH, (PREVIEW_WIDTH * sprite.width) / sprite.height);
  const scale = sprite === undefined ? 1 : width / sprite.width;
  return (
    <div
      className={styles.preview}
      style={{ left: `clamp(${width / 2}px, ${(share * 100).toFixed(2)}%, calc(100% - ${width / 2}px))` }}
      aria-hidden="true"
    >
      {sprite && (
        <div className={styles.picture} style={{ width, height: sprite.height * scale }}>
          <span
            style={{
              width: sprite.width,
              height: sprite.height,
              transform: `scale(${scale})`,
              backgroundImage: `url("${sprite.url}")`,
              backgroundPosition: `-${sprite.x}px -${sprite.y}px`,
            }}
          />
        </div>
      )}
      <b className="num">{clockText(seconds)}</b>
      {chapter && <span className="trunc">{chapter.title}</span>}
    </div>
  );
}
