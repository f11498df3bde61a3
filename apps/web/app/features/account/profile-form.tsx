import type { Me } from '@madang/identity/contract';
import type { Locale } from '@madang/kernel';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useChange } from '../../api/use-change.ts';
import { LOCALE_NAMES, LOCALES } from '../../i18n/locales.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage, useReload } from '../../shell/page.ts';
import { usePreferences } from '../../shell/use-preferences.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { TextField } from '../../ui/field.tsx';
import { LazySelectField } from '../../ui/lazy-select.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './account.module.css';
import { HuePicker } from './hue-picker.tsx';

const LOCALE_OPTIONS = LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }));

/** Name, colour and language. The page follows the language at once. */
export function ProfileForm({ me }: { me: Me }) {
  const { t } = useTranslation('account');
  const page = usePage();
  const reload = useReload();
  const { setLocale } = usePreferences();
  const [name, setName] = useState(me.name);
  const [colour, setColour] = useState(me.colour);
  const [locale, chooseLocale] = useState<Locale>(me.locale);
  const { run, busy, problem } = useChange((body: { name?: string; colour?: number; locale?: Locale }) =>
    api('PATCH /api/v1/users/me', { body }),
  );
  const change = {
    ...(name.trim() !== me.name && { name }),
    ...(colour !== me.colour && { colour }),
    ...(locale !== me.locale && { locale }),
  };
  const changed = Object.keys(change).length > 0;

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if ((await run(change)) === undefined) return;
    toast({ text: t('saved') });
    if (locale !== page.locale) await setLocale(locale);
    else await reload();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <Complaint problem={problem} />
      <TextField
        label={t('profile.name')}
        name="name"
        autoComplete="nickname"
        required
        maxLength={40}
        value={name}
        onChange={(event) => setName(event.target.value)}
        help={t('profile.name_help')}
        error={problem?.field('name')}
      />
      <HuePicker name={name} value={colour} onChange={setColour} />
      <LazySelectField
        label={t('profile.language')}
        help={t('profile.language_help')}
        value={locale}
        options={LOCALE_OPTIONS}
        onChange={chooseLocale}
        error={problem?.field('locale')}
      />
      <div className="row">
        <Button type="submit" kind="primary" busy={busy} disabled={!changed}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}
