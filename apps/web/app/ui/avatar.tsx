import clsx from 'clsx';
import { useTranslation } from '../i18n/use-translation.ts';

export type Presence = 'online' | 'away' | 'offline';

export interface AvatarProps {
  person: { readonly name: string; readonly colour: number; readonly avatarUrl: string | null };
  size?: 'xs' | 's' | 'm' | 'l' | 'xl';
  presence?: Presence;
}
const SIZES = { xs: 'xs', s: 'sm', m: undefined, l: 'lg', xl: 'xl' } as const;

const LETTERS = new Intl.Segmenter();

/** The first letter, or the given name where a Korean name is two to four syllables and there is room. */
export function initials(name: string, roomy: boolean): string {
  const letters = [...LETTERS.segment(name.trim())].map((part) => part.segment);
  if (roomy && letters.length >= 3 && letters.length <= 4 && letters.every((letter) => /^\p{sc=Hangul}$/u.test(letter)))
    return letters.slice(-2).join('');
  return letters[0]?.toUpperCase() ?? '?';
}

/** A picture of a person whose name stands beside it. */
export function Avatar({ person, size = 'm', presence }: AvatarProps) {
  const { t } = useTranslation();
  return (
    <span className={clsx('av', SIZES[size])} style={{ '--h': person.colour }}>
      {person.avatarUrl === null ? (
        <span aria-hidden="true">{initials(person.name, size !== 'xs' && size !== 's')}</span>
      ) : (
        <img src={person.avatarUrl} alt="" loading="lazy" decoding="async" />
      )}
      {presence && <i className={presence === 'online' ? undefined : presence} role="img" aria-label={t(`presence.${presence}`)} />}
    </span>
  );
}
