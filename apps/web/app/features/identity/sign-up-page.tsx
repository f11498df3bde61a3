import { Link } from 'react-router';
import { api } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import type { Route } from './+types/sign-up-page';
import { EntryForm } from './entry-form.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { useEntry } from './use-entry.ts';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('identity:sign_up.title'), path: '/sign-up', index: false });
}

export default function SignUpPage() {
  const { t } = useTranslation('identity');
  const { person, locale } = usePage();
  const { busy, problem, complaint, enter, search } = useEntry();
  const guest = person?.guest === true;
  const next = search.size > 0 ? `?${search}` : '';
  return (
    <EntryForm
      title={t('sign_up.title')}
      text={guest ? t('sign_up.as_guest', { name: person.name }) : t('sign_up.text')}
      complaint={complaint}
      onSubmit={(form) =>
        void enter(() =>
          api('POST /api/v1/auth/register', {
            body: { email: String(form.get('email')), password: String(form.get('password')), name: String(form.get('name')), locale },
          }),
        )
      }
      foot={
        <span>
          {t('sign_up.already')}{' '}
          <Link className="link" to={`/sign-in${next}`}>
            {t('sign_in.title')}
          </Link>
        </span>
      }
    >
      <TextField
        label={t('field.name')}
        name="name"
        autoComplete="nickname"
        required
        maxLength={40}
        defaultValue={guest ? person.name : ''}
        help={t('field.name_help')}
        error={problem?.field('name')}
      />
      <TextField
        label={t('field.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        error={problem?.field('email')}
      />
      <NewPasswordField error={problem?.field('password')} />
      <Button type="submit" kind="primary" size="l" wide busy={busy}>
        {t('sign_up.action')}
      </Button>
    </EntryForm>
  );
}
