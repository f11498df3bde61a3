import type { Locale } from '@madang/kernel';
import { usePage } from '../shell/page.ts';

const SECONDS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export interface Format {
  number(value: number): string;
  /** 12,345 → `1.2만` or `12K`. */
  compact(value: number): string;
  /** 0.62 → `62%`. */
  percent(ratio: number): string;
  /** Decimal units, as networks and storage are sold: 2_400_000 → `2.4MB`; below a kilobyte in words: `0 bytes`. */
  bytes(value: number): string;
  date(value: Date): string;
  time(value: Date): string;
  dateTime(value: Date): string;
  /** `3분 전`, `in 2 hours`; seconds read as now. */
  relative(value: Date, now: Date): string;
  list(items: readonly string[]): string;
}

/** Exported for tests; pages ask `useFormat`. */
export function createFormat(locale: Locale): Format {
  const plain = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const sizes = BYTE_UNITS.map(
    (unit) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumFractionDigits: 1,
      }),
  );
  return {
    number: (value) => plain.format(value),
    compact: (value) => compact.format(value),
    percent: (ratio) => percent.format(ratio),
    bytes(value) {
      const power = Math.min(BYTE_UNITS.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
      return (sizes[power] ?? plain).format(value / 1000 ** power);
    },
    date: (value) => date.format(value),
    time: (value) => time.format(value),
    dateTime: (value) => dateTime.format(value),
    relative(value, now) {
      const seconds = (value.getTime() - now.getTime()) / 1000;
      const [unit, size] = SECONDS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', Number.POSITIVE_INFINITY];
      return relative.format(Math.trunc(seconds / size), unit);
    },
    list: (items) => list.format(items),
  };
}

/** Dates and numbers as the reader's language writes them. Render clock times through `<Time>`: the server does not know their zone. */
export function useFormat(): Format {
  return formatOf(usePage().locale);
}

/** Formatters hold nothing but their language and cost a tenth of a page each time they are made: one set per language. */
const formats = new Map<Locale, Format>();
function formatOf(locale: Locale): Format {
  const known = formats.get(locale) ?? createFormat(locale);
  formats.set(locale, known);
  return known;
}
