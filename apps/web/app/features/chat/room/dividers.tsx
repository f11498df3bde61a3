import { memo } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { useHydrated } from '../../../ui/time.tsx';
import styles from './stream.module.css';

const DAY_MS = 24 * 3_600_000;

/** `오늘`, `어제`, else the weekday and date, with the year when it is another one. */
function dayWords(at: Date, now: Date, locale: string): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
  if (days === 0 || days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day');
  const year = at.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(locale, { year, month: 'long', day: 'numeric', weekday: 'long' }).format(at);
}
const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const capital = (words: string): string => words.charAt(0).toLocaleUpperCase() + words.slice(1);

export const DayLine = memo(function DayLine({ lineKey, at }: { lineKey: string; at: string }) {
  const { locale } = usePage();
  const hydrated = useHydrated();
  return (
    <li className={styles.divider} data-line={lineKey}>
      <time dateTime={at}>{hydrated ? capital(dayWords(new Date(at), new Date(), locale)) : '\u00a0'}</time>
    </li>
  );
});

export function UnreadLine({ count }: { count: number }) {
  const { t } = useTranslation('chat');
  return (
    <li className={`${styles.divider} ${styles.unread}`} data-line="unread">
      {t('stream.unread', { count })}
    </li>
  );
}
