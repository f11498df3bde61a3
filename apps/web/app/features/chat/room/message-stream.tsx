import clsx from 'clsx';
import { Fragment, type KeyboardEvent, lazy, type PointerEvent, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { useHydrated } from '../../../ui/time.tsx';
import { useRoom } from '../browser/use-room.ts';
import { dayIn, roomLines } from '../engine/room-lines.ts';
import { MessageLine } from '../message/message-line.tsx';
import { roomName } from '../rooms/room-name.ts';
import { DayLine, UnreadLine } from './dividers.tsx';
import { useRoomUi } from './room-ui.ts';
import styles from './stream.module.css';
import { useStreamScroll } from './use-stream-scroll.ts';

const PendingLine = lazy(() => import('../message/pending-line.tsx'));

/** Until the browser says where it is, days are divided where most readers of a language live: no line jumps for them. */
const LIKELY_ZONE = { ko: 'Asia/Seoul', ja: 'Asia/Tokyo', en: 'UTC', es: 'UTC' } as const;

interface MessageStreamProps {
  /** Id of the message being mended. */
  editing: string | undefined;
  /** Place of the message something floats beside: its actions stay. */
  held: number | undefined;
}

export function MessageStream({ editing, held }: MessageStreamProps) {
  const { t } = useTranslation('chat');
  const { locale } = usePage();
  const { open } = useRoomUi();
  const hydrated = useHydrated();
  const model = useRoom(open, (whole) => whole);
  const { state, view, fetching, focus, room, atEnd } = model;
  const [active, setActive] = useState<number>();
  const dayOf = useMemo(() => dayIn(hydrated ? undefined : LIKELY_ZONE[locale]), [hydrated, locale]);
  const { timeline, intents, dividerSeq, pending, firstSeq, me } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: typing, presence and the like change `state` without changing a line
  const lines = useMemo(
    () => roomLines(state, view, new Date().toISOString(), dayOf),
    [timeline.messages, timeline.seq, intents, dividerSeq, pending, firstSeq, me, view, dayOf],
  );

  const scroller = useRef<HTMLDivElement>(null);
  const onNear = useCallback((edge: 'before' | 'after') => void open.history.extend(edge), [open]);
  const onEnd = useCallback((atEnd: boolean) => open.store.update({ atEnd }), [open]);
  const { toEnd } = useStreamScroll(scroller, { drawn: lines, follows: view.to === null, focus, onNear, onEnd });

  const toPresent = () => {
    void open.history.toPresent().then(toEnd, () => undefined);
  };
  // What a person writes is in sight, wherever they were reading.
  const written = pending.length;
  const before = useRef(written);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another message of one's own leads back
  useEffect(() => {
    if (written > before.current) toPresent();
    before.current = written;
  }, [written]);

  const empty = timeline.seq === 0 && pending.length === 0;
  const atStart = view.from <= firstSeq;
  const below = timeline.seq - state.readSeq;
  const unreadAbove = dividerSeq !== null && dividerSeq + 1 < view.from && dividerSeq < timeline.seq && me !== undefined;
  return (
    <div className={styles.stream}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={t('stream.label')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls is reached by keyboard
        tabIndex={0}
        onKeyDown={walk}
        onPointerOver={(event: PointerEvent<HTMLElement>) => event.pointerType === 'mouse' && setActive(seqAt(event.target))}
        onPointerLeave={() => setActive(undefined)}
        onFocus={(event) => setActive(seqAt(event.target))}
        onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setActive(undefined)}
      >
        <ol className={styles.list}>
          {atStart ? (
            <li className={styles.start}>
              <h2>{empty ? t('stream.empty') : t('stream.start')}</h2>
              <p>{empty ? t('stream.empty_text') : t('stream.start_text', { room: roomName(room) })}</p>
            </li>
          ) : fetching.before === 'failed' ? (
            <li className={styles.more}>
              {t('stream.failed')}
              <Button size="s" onClick={() => void open.history.extend('before')}>
                {t('ui:try_again')}
              </Button>
            </li>
          ) : (
            <li aria-hidden="true">
              <Ghosts />
            </li>
          )}
          {lines.map((line) => (
            <Fragment key={line.key}>
              {line.kind === 'day' ? (
                <DayLine lineKey={line.key} at={line.at} />
              ) : line.kind === 'unread' ? (
                <UnreadLine count={line.count} />
              ) : line.kind === 'message' ? (
                <MessageLine
                  lineKey={line.key}
                  message={line.message}
                  first={line.first}
                  own={line.own}
                  active={(held ?? active) === line.message.seq}
                  focused={focus?.seq === line.message.seq}
                  editing={editing === line.message.id}
                />
              ) : (
                <Suspense>
                  <PendingLine pending={line.pending} first={line.first} />
                </Suspense>
              )}
            </Fragment>
          ))}
          {view.to !== null && (
            <li aria-hidden="true">
              <Ghosts />
            </li>
          )}
        </ol>
      </div>
      {unreadAbove && (
        <button
          type="button"
          className={clsx(styles.pill, styles.above)}
          onClick={() => void open.history.jump({ seq: dividerSeq + 1 }).catch(() => undefined)}
        >
          {t('stream.unread_above', { count: timeline.seq - dividerSeq })}
        </button>
      )}
      {(!atEnd || view.to !== null) && (
        <button type="button" className={clsx(styles.pill, below > 0 && styles.news)} onClick={toPresent}>
          <Icon name="chevron-down" size="s" />
          {below > 0 && me !== undefined ? t('stream.new', { count: below }) : t('stream.to_present')}
        </button>
      )}
    </div>
  );
}

const seqAt = (target: EventTarget): number | undefined => {
  const line = target instanceof Element ? target.closest<HTMLElement>('[data-seq]') : null;
  return line === null ? undefined : Number(line.dataset.seq);
};

/** Arrow keys go from message to message; Tab goes on to what can be done with one. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
  const target = event.target as HTMLElement;
  if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || !(target === event.currentTarget || target.matches('[data-seq]')))
    return;
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-seq]')];
  const at = lines.indexOf(target);
  const next = at < 0 ? lines.at(-1) : lines[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

/** Messages that are on their way. */
function Ghosts() {
  return [56, 34, 72].map((width) => (
    <div key={width} className={styles.ghost}>
      <Skeleton width={36} height={36} style={{ borderRadius: '50%' }} />
      <span>
        <Skeleton width={96} height={12} style={{ margin: '5px 0' }} />
        <Skeleton width={`${width}%`} height={12} style={{ margin: '5px 0' }} />
      </span>
    </div>
  ));
}
