import { useState } from 'react';
import { api } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint, useRefusal } from '../../ui/complaint.tsx';
import { Checkbox, PasswordField, TextField } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { NewPasswordField } from '../identity/new-password-field.tsx';
import { useEntry } from '../identity/use-entry.ts';
import styles from './account.module.css';

/** For a guest: everything said so far stays, under a new account or one they have already. */
export function KeepAccount({ name }: { name: string }) {
  const { t } = useTranslation('account');
  const [way, setWay] = useState<'new' | 'old'>('new');
  return (
    <>
      <div>
        <Segments
          label={t('keep.title')}
          value={way}
          options={[
            { value: 'new', label: t('keep.new') },
            { value: 'old', label: t('keep.have') },
          ]}
          onChange={setWay}
        />
      </div>
      {way === 'new' ? <Register name={name} /> : <SignIn />}
    </>
  );
}

function Register({ name }: { name: string }) {
  const { t } = useTranslation('account');
  const { t: words } = useTranslation('identity');
  const { locale } = usePage();
  const refusal = useRefusal();
  const { busy, problem, enter } = useEntry('/account');
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        void enter(() =>
          api('POST /api/v1/auth/register', {
            body: { email: String(form.get('email')), password: String(form.get('password')), name: String(form.get('name')), locale },
          }),
        );
      }}
    >
      <Complaint problem={problem} />
      <TextField
        label={words('field.name')}
        name="name"
        autoComplete="nickname"
        required
        maxLength={40}
        defaultValue={name}
        error={problem?.field('name')}
      />
      <TextField
        label={words('field.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        error={problem?.field('email')}
      />
      <NewPasswordField error={problem?.code === 'identity.weak_password' ? refusal(problem) : problem?.field('password')} />
      <div className="row">
        <Button type="submit" kind="primary" busy={busy}>
          {t('keep.action')}
        </Button>
      </div>
    </form>
  );
}

function SignIn() {
  const { t: words } = useTranslation('identity');
  const { busy, problem, enter } = useEntry('/account');
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        void enter(() =>
          api('POST /api/v1/auth/login', {
            body: { email: String(form.get('email')), password: String(form.get('password')), merge: form.has('merge') },
          }),
        );
      }}
    >
      <Complaint problem={problem} />
      <TextField
        label={words('field.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        error={problem?.field('email')}
      />
      <PasswordField
        label={words('field.password')}
        name="password"
        autoComplete="current-password"
        required
        maxLength={200}
        error={problem?.field('password')}
      />
      <Checkbox label={words('sign_in.merge')} name="merge" defaultChecked />
      <div className="row">
        <Button type="submit" kind="primary" busy={busy}>
          {words('sign_in.action')}
        </Button>
      </div>
    </form>
  );
}
