import { type FormEvent, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import { SelectField } from '../../../ui/select.tsx';
import { SPOKEN } from '../engine/categories.ts';
import layout from '../layout/studio.module.css';
import styles from './video.module.css';

interface CaptionsDialogProps {
  file: { readonly name: string; readonly vtt: string };
  /** What the film speaks, as a first guess. */
  spoken: string | null;
  onClose: () => void;
  onPut: (language: string, name: string) => Promise<void>;
}

/** Which language a text is in, and how the player calls it. The first lines show whether it was read rightly. */
export default function CaptionsDialog({ file, spoken, onClose, onPut }: CaptionsDialogProps) {
  const { t } = useTranslation('studioPages');
  const { locale } = usePage();
  // Languages are called as their own readers call them: that is what stands in the player's menu.
  const nameOf = (language: string) => new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  const guess = /[._-]([a-z]{2})\.(?:srt|vtt)$/i.exec(file.name)?.[1]?.toLowerCase();
  const [language, setLanguage] = useState<string>(() => SPOKEN.find((one) => one === guess) ?? spoken?.slice(0, 2) ?? locale);
  const [name, setName] = useState<string>();
  const [busy, setBusy] = useState(false);
  const called = name ?? nameOf(language);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (called.trim() === '') return;
    setBusy(true);
    await onPut(language, called.trim());
    setBusy(false);
  };
  const sample = file.vtt
    .slice(0, 4_000)
    .split('\n\n')
    .filter((block) => block.includes('-->'))
    .slice(0, 3)
    .join('\n\n');
  const choices = (SPOKEN as readonly string[]).includes(language) ? SPOKEN : [...SPOKEN, language];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('captions.add')} text={file.name}>
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <SelectField
          label={t('captions.language')}
          value={language}
          options={choices.map((value) => ({ value: value as string, label: nameOf(value) }))}
          onChange={setLanguage}
        />
        <TextField label={t('captions.name')} value={called} maxLength={60} required onChange={(event) => setName(event.target.value)} />
        <pre className={styles.sample}>{sample}</pre>
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t('captions.put')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
