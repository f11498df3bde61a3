import clsx from 'clsx';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useTranslation } from '../i18n/use-translation.ts';

export function Badge({ kind, children }: { kind?: 'accent' | 'ok' | 'warn' | 'bad' | 'line'; children: ReactNode }) {
  return <span className={clsx('badge', kind)}>{children}</span>;
}

/** How many wait. Past 99 nobody counts. */
export function Count({ value, mute = false }: { value: number; mute?: boolean }) {
  if (value <= 0) return null;
  return <span className={clsx('n', mute && 'mute')}>{value > 99 ? '99+' : value}</span>;
}

export function Chip({ pressed, onClick, children }: { pressed?: boolean; onClick?: () => void; children: ReactNode }) {
  return (
    <button type="button" className="chip" aria-pressed={pressed} onClick={onClick}>
      {children}
    </button>
  );
}

/** A green dot and how many are there. */
export function OnlineCount({ value }: { value: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className="pill num">
      <i className={value > 0 ? 'on' : 'on offline'} />
      <span aria-hidden="true">{format.number(value)}</span>
      <span className="vh">{t('people_online', { count: value })}</span>
    </span>
  );
}
