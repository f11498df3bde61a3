import { type FormEvent, useState } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import { nextRoundHour, toLocalField } from '../engine/local-field.ts';
import styles from '../layout/studio.module.css';

/** A time of the person's own clock, named with its zone. */
export default function ScheduleDialog({
  at,
  onClose,
  onChoose,
}: {
  at: string | null;
  onClose: () => void;
  onChoose: (at: string, words: string) => void;
}) {
  const { t } = useTranslation('studioPages');
  const { locale } = usePage();
  const format = useFormat();
  const [value, setValue] = useState(() => toLocalField(at === null ? nextRoundHour(new Date()) : new Date(at)));
  const [error, setError] = useState<string>();
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'long' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = new Date(value);
    if (Number.isNaN(chosen.getTime()) || chosen.getTime() <= Date.now()) return setError(t('audience.past'));
    onChoose(chosen.toISOString(), format.dateTime(chosen));
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('audience.schedule_title')} text={t('audience.schedule_text')}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={t('audience.when')}
          type="datetime-local"
          value={value}
          min={toLocalField(new Date())}
          error={error}
          help={t('audience.zone', { zone: zone ?? '' })}
          onChange={(event) => {
            setValue(event.target.value);
            setError(undefined);
          }}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="primary">
            {t('audience.schedule_do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
