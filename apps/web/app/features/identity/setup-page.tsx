import { api } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { Route } from './+types/setup-page';
import { EntryForm } from './entry-form.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { useEntry } from './use-entry.ts';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('identity:setup.title'), path: '/setup', index: false });
}

/** The one-time link that a start without the demo prints: `/setup?token=…`. */
export default function SetupPage() {
  const { t } = useTranslation('identity');
  const { busy, problem, complaint, enter, search } = useEntry();
  const token = search.get('token');
  if (token === null)
    return (
      <div className="page">
        <EmptyState title={t('token.missing')} text={t('setup.missing_text')} />
      </div>
    );
  return (
    <EntryForm
      title={t('setup.title')}
      text={t('setup.text')}
      complaint={problem?.field('token') ?? complaint}
      onSubmit={(form) =>
        void enter(() =>
          api('POST /api/v1/auth/setup', {
            body: { token, email: String(form.get('email')), password: String(form.get('password')), name: String(form.get('name')) },
          }),
        )
      }
    >
      <TextField label={t('field.name')} name="name" autoComplete="name" required maxLength={40} error={problem?.field('name')} />
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
        {t('setup.action')}
      </Button>
    </EntryForm>
  );
}
