import { Link } from 'react-router';
import { api } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, PasswordField, TextField } from '../../ui/field.tsx';
import type { Route } from './+types/sign-in-page';
import { EntryForm } from './entry-form.tsx';
import { useEntry } from './use-entry.ts';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('identity:sign_in.title'), path: '/sign-in', index: false });
}

export default function SignInPage() {
  const { t } = useTranslation('identity');
  const { person } = usePage();
  const { busy, problem, complaint, enter, search } = useEntry();
  const guest = person?.guest === true;
  const next = search.size > 0 ? `?${search}` : '';
  return (
    <EntryForm
      title={t('sign_in.title')}
      text={guest ? t('sign_in.as_guest', { name: person.name }) : undefined}
      complaint={complaint}
      onSubmit={(form) =>
        void enter(() =>
          api('POST /api/v1/auth/login', {
            body: { email: String(form.get('email')), password: String(form.get('password')), merge: form.has('merge') },
          }),
        )
      }
      foot={
        <>
          <span>
            {t('sign_in.new_here')}{' '}
            <Link className="link" to={`/sign-up${next}`}>
              {t('sign_up.title')}
            </Link>
          </span>
          {person === null && (
            <span>
              {t('sign_in.or')}{' '}
              <Link className="link" to="/start">
                {t('start.action')}
              </Link>
            </span>
          )}
        </>
      }
    >
      <TextField
        label={t('field.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        defaultValue={search.get('email') ?? ''}
        error={problem?.field('email')}
      />
      <PasswordField
        label={t('field.password')}
        name="password"
        autoComplete="current-password"
        required
        maxLength={200}
        error={problem?.field('password')}
      />
      {guest && <Checkbox label={t('sign_in.merge')} name="merge" defaultChecked />}
      <Button type="submit" kind="primary" size="l" wide busy={busy}>
        {t('sign_in.action')}
      </Button>
    </EntryForm>
  );
}
