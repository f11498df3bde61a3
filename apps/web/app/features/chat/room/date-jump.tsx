import { useState } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { usePage } from '../../../shell/page.ts';
import { IconButton } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.ts';
import { useRoom } from '../browser/use-room.ts';
import { FloatPanel } from '../message/float-panel.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './date-jump.module.css';
import { type Anchor, useRoomUi } from './room-ui.ts';

/** A month of days; a press goes to the first message of the day, or the next there is. */
export default function DateJump({ anchor, onClose }: { anchor: Anchor; onClose: () => void }) {
  const { t } = useMoreWords();
  const { locale } = usePage();
  const { open } = useRoomUi();
  const opened = useRoom(open, ({ room }) => room.createdAt);
  const today = new Date();
  const first = new Date(opened);
  const [month, setMonth] = useState(new Date(today.getFullYear(), today.getMonth(), 1));
  const days = new Date(month.getFullYear(), month.getMonth() + 1, 0).getDate();
  const firstDay = firstDayOfWeek(locale);
  const lead = (month.getDay() - firstDay + 7) % 7;
  const title = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long' }).format(month);
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'narrow' });
  const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const move = (by: number) => setMonth(new Date(month.getFullYear(), month.getMonth() + by, 1));
  const atDay = (day: number) => new Date(month.getFullYear(), month.getMonth(), day);
  const go = (day: number) => {
    onClose();
    open.history.jump({ at: atDay(day).toISOString() }).catch((error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
    });
  };
  return (
    <FloatPanel anchor={anchor} onClose={onClose} label={t('date.title')} side="bottom">
      <div className={styles.head}>
        <b className="grow" aria-live="polite">
          {title}
        </b>
        <IconButton icon="chevron-left" size="s" label={t('date.before')} disabled={month <= first} onClick={() => move(-1)} />
        <IconButton icon="chevron-right" size="s" label={t('date.after')} disabled={atDay(days) >= today} onClick={() => move(1)} />
      </div>
      <div className={styles.days}>
        {Array.from({ length: 7 }, (_, at) => (
          <span key={String(at)} aria-hidden="true">
            {/* 4 January 1970 was a Sunday */}
            {weekday.format(new Date(1970, 0, 4 + at + firstDay))}
          </span>
        ))}
        {Array.from({ length: days }, (_, at) => {
          const day = atDay(at + 1);
          const open = day <= today && atDay(at + 2) > first;
          return (
            <button
              key={String(at)}
              type="button"
              disabled={!open}
              aria-label={whole.format(day)}
              aria-current={day.toDateString() === today.toDateString() ? 'date' : undefined}
              style={at === 0 ? { gridColumnStart: lead + 1 } : undefined}
              onClick={() => go(at + 1)}
            >
              {at + 1}
            </button>
          );
        })}
      </div>
    </FloatPanel>
  );
}

/** 0 for Sunday, as calendars of the language begin (CLDR). */
function firstDayOfWeek(locale: string): number {
  const { weekInfo, getWeekInfo } = new Intl.Locale(locale) as Intl.Locale & {
    weekInfo?: { firstDay: number };
    getWeekInfo?: () => { firstDay: number };
  };
  return (getWeekInfo?.call(new Intl.Locale(locale)) ?? weekInfo ?? { firstDay: locale === 'es' ? 1 : 7 }).firstDay % 7;
}
