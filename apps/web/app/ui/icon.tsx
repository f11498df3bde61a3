import clsx from 'clsx';
import type { IconName } from './icon-names.ts';
import sprite from './icons.svg?url';

/** A drawn sign beside words. Alone in a button, the button carries the name. */
export function Icon({ name, size = 'm' }: { name: IconName; size?: 's' | 'm' | 'l' }) {
  return (
    <svg className={clsx('i', size !== 'm' && size)} viewBox="0 0 20 20" aria-hidden="true">
      <use href={`${sprite}#${name}`} />
    </svg>
  );
}
