import clsx from 'clsx';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { Link, type LinkProps } from 'react-router';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';

interface Look {
  /** One `primary` per view. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'ink' | 'danger';
  size?: 's' | 'm' | 'l' | 'xl';
  wide?: boolean;
}
const SIZES = { s: 'sm', m: undefined, l: 'lg', xl: 'xl' } as const;
const look = ({ kind = 'secondary', size = 'm', wide = false }: Look, className?: string) =>
  clsx('btn', kind, SIZES[size], wide && 'wide', className);

export interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  /** Work is under way: the words keep their room, the button takes no second press. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind, size, wide, busy = false, className, type = 'button', disabled, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={look({ kind, size, wide }, className)}
    >
      {busy ? <span>{children}</span> : children}
    </button>
  );
}

/** Looks like a button, goes somewhere. */
export function ButtonLink({ kind, size, wide, className, ...rest }: Look & LinkProps) {
  return <Link prefetch="intent" {...rest} className={look({ kind, size, wide }, className)} />;
}

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** Its name for everyone who cannot see it, and the tip of those who wonder. */
  label: string;
  size?: 's' | 'm';
  /** Something waits behind it. */
  dot?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, size = 'm', dot = false, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button title={label} {...rest} type={type} aria-label={label} className={clsx('iconb', size === 's' && 'sm', className)}>
      <Icon name={icon} size={size === 's' ? 's' : 'm'} />
      {dot && <span className="dot" />}
    </button>
  );
}
