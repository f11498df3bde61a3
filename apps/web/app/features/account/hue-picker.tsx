import { useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Avatar } from '../../ui/avatar.tsx';
import styles from './account.module.css';

/** OKLCH degrees and the words people have for them. */
const HUES = [
  [0, 'rose'],
  [30, 'scarlet'],
  [60, 'orange'],
  [90, 'yellow'],
  [120, 'lime'],
  [150, 'green'],
  [180, 'teal'],
  [210, 'sky'],
  [240, 'blue'],
  [270, 'indigo'],
  [300, 'violet'],
  [330, 'pink'],
] as const;

/** One's colour, shown as what it colours: one's own initial in a circle. A colour given by chance stays on offer. */
export function HuePicker({ name, value, onChange }: { name: string; value: number; onChange: (hue: number) => void }) {
  const { t } = useTranslation('account');
  const [given] = useState(value);
  const own = HUES.some(([hue]) => hue === given) ? [] : [{ hue: given, words: t('colour.given') }];
  const offered = [...own, ...HUES.map(([hue, word]) => ({ hue: hue as number, words: t(`colour.${word}`) }))];
  return (
    <fieldset>
      <legend className="label">{t('profile.colour')}</legend>
      <div className={styles.hues}>
        {offered.map(({ hue, words }) => (
          <label key={hue} className={styles.hue} title={words}>
            <input type="radio" name="colour" value={hue} checked={hue === value} onChange={() => onChange(hue)} />
            <Avatar person={{ name, colour: hue, avatarUrl: null }} size="l" />
            <span className="vh">{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
