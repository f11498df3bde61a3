import clsx from 'clsx';
import type { CSSProperties, ReactNode, TableHTMLAttributes } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { IconButton } from './button.tsx';

/** A piece of a layout that is on its way. Nothing shows in the first 300 ms. */
export function Skeleton({ width, height, style }: { width?: number | string; height: number | string; style?: CSSProperties }) {
  return <span className="sk" style={{ width, height, ...style }} aria-hidden="true" />;
}

/** Wraps the skeletons of one part of the page. */
export function Loading({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div aria-busy="true">
      <span className="vh">{label}</span>
      {children}
    </div>
  );
}

/** `value` from 0 to 1. Long work says percent, amount, speed and time left beside it, in that order. */
export function Progress({ value, label, state }: { value: number; label: string; state?: 'ok' | 'bad' | 'paused' }) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className={clsx('pg', state)} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

/** Columns of figures are `<td className="figure">`. */
export function Table({ label, className, ...rest }: { label: string } & TableHTMLAttributes<HTMLTableElement>) {
  return <table aria-label={label} {...rest} className={clsx('table', className)} />;
}

export interface PagerProps {
  /** The first and last row shown, from 1. */
  from: number;
  to: number;
  total?: number;
  onPrevious?: () => void;
  onNext?: () => void;
}

/** Steps through a list by cursor. */
export function Pager({ from, to, total, onPrevious, onNext }: PagerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const range = `${format.number(from)}–${format.number(to)}`;
  return (
    <nav className="pager" aria-label={t('pages')}>
      <span className="num">{total === undefined ? range : t('range_of', { range, total: format.number(total) })}</span>
      <span className="row">
        <IconButton icon="chevron-left" label={t('previous')} disabled={!onPrevious} onClick={onPrevious} />
        <IconButton icon="chevron-right" label={t('next')} disabled={!onNext} onClick={onNext} />
      </span>
    </nav>
  );
}
