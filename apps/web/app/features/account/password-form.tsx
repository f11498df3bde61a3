import { type FormEvent, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useChange } from '../../api/use-change.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint, useRefusal } from '../../ui/complaint.tsx';
import { PasswordField } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.ts';
import { NewPasswordField } from '../identity/new-password-field.tsx';
import styles from './account.module.css';

/** The old password proves who is sitting there; the new one ends every other session. */
export function PasswordForm({ email }: { email: string }) {
  const { t } = useTranslation('account');
  const refusal = useRefusal();
  const reload = useReload();
  const [round, setRound] = useState(0);
  const { run, busy, problem } = useChange((body: { oldPassword: string; newPassword: string }) =>
    api('POST /api/v1/users/me/password', { body }),
  );
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { oldPassword: String(form.get('oldPassword')), newPassword: String(form.get('newPassword')) };
    if ((await run(body)) === undefined) return;
    setRound(round + 1);
    toast({ text: t('password.changed') });
    await reload();
  };
  const wrong = problem?.code === 'identity.wrong_password';
  const weak = problem?.code === 'identity.weak_password';
  return (
    <form key={round} className={styles.form} onSubmit={(event) => void submit(event)}>
      {!wrong && <Complaint problem={problem} />}
      {/* Lets a password keeper know whose password this is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label={t('password.old')}
        name="oldPassword"
        autoComplete="current-password"
        required
        maxLength={200}
        error={wrong ? refusal(problem) : problem?.field('oldPassword')}
      />
      <NewPasswordField label={t('password.new')} name="newPassword" error={weak ? refusal(problem) : problem?.field('newPassword')} />
      <div className="row">
        <Button type="submit" busy={busy}>
          {t('password.action')}
        </Button>
      </div>
    </form>
  );
}
