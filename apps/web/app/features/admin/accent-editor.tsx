import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Field } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { accentContrast, nearsRed } from './accent-contrast.ts';
import styles from './settings.module.css';

/** The zone's hue, and how well what it makes can be read. */
export function AccentEditor({ hue, onChange }: { hue: number; onChange: (hue: number) => void }) {
  const { t } = useTranslation('administration');
  const format = useFormat();
  const { light, dark } = accentContrast(hue);
  const ratio = (value: number): string => `${format.number(Math.floor(value * 10) / 10)}:1`;
  const figures = [
    [t('settings.contrast_fill'), light.fill, dark.fill],
    [t('settings.contrast_text'), light.text, dark.text],
  ] as const;
  return (
    <>
      <Field label={t('settings.hue')} help={t('settings.hue_help')}>
        {(control) => (
          <div className={styles.hue}>
            <input
              {...control}
              type="range"
              min={0}
              max={359}
              value={hue}
              aria-valuetext={`${hue}°`}
              onChange={(event) => onChange(event.target.valueAsNumber)}
            />
            <input
              type="number"
              className="in num"
              aria-label={t('settings.hue_degrees')}
              min={0}
              max={359}
              value={hue}
              onChange={(event) => {
                const value = event.target.valueAsNumber;
                if (Number.isInteger(value) && value >= 0 && value <= 359) onChange(value);
              }}
            />
          </div>
        )}
      </Field>
      <p className={styles.contrast}>
        {figures.map(([what, day, night]) => (
          <span key={what} className="row num">
            <Icon name={Math.min(day, night) >= 4.5 ? 'check' : 'alert'} size="s" />
            {t('settings.contrast', { what, day: ratio(day), night: ratio(night) })}
          </span>
        ))}
        {nearsRed(hue) && (
          <span className={`row ${styles.warn}`} role="status">
            <Icon name="alert" size="s" />
            {t('settings.near_red')}
          </span>
        )}
      </p>
    </>
  );
}
