import type { Locale } from '@madang/kernel';
import { usePage } from '../../../shell/page.ts';

type Unit = 'day' | 'hour' | 'minute' | 'second';
const SIZES: readonly (readonly [Unit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** The two largest parts: `1분 5초`, `2 hr 10 min`. Seconds from 0. */
export function spellDuration(locale: Locale, seconds: number): string {
  const unitDisplay = locale === 'ko' || locale === 'ja' ? 'narrow' : 'short';
  const at = SIZES.findIndex(([, size]) => seconds >= size);
  const parts: string[] = [];
  let left = Math.round(seconds);
  for (const [unit, size] of SIZES.slice(at < 0 ? -1 : at).slice(0, 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || parts.length === 0) parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(count));
  }
  return parts.join(' ');
}

/** `41:07`, `1:02:03`. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function useDurations(): { spell: (seconds: number) => string; clock: (seconds: number) => string } {
  const { locale } = usePage();
  return { spell: (seconds) => spellDuration(locale, seconds), clock: clockOf };
}
