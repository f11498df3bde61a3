import { api } from '../../api/browser.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { EmptyState } from '../../ui/states.tsx';
import type { Route } from './+types/set-password-page';
import { EntryForm } from './entry-form.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { useEntry } from './use-entry.ts';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('identity:set_password.title'), path: '/set-password', index: false });
}

/** The link of an invitation: `/set-password?token=…`. */
export default function SetPasswordPage() {
  const { t } = useTranslation('identity');
  const { busy, problem, complaint, enter, search } = useEntry();
  const token = search.get('token');
  if (token === null)
    return (
      <div className="page">
        <EmptyState title={t('token.missing')} text={t('token.missing_text')} />
      </div>
    );
  return (
    <EntryForm
      title={t('set_password.title')}
      text={t('set_password.text')}
      complaint={problem?.field('token') ?? complaint}
      onSubmit={(form) => {
        const name = String(form.get('name')).trim();
        void enter(() =>
          api('POST /api/v1/auth/set-password', { body: { token, password: String(form.get('password')), ...(name !== '' && { name }) } }),
        );
      }}
    >
      <TextField
        label={t('field.name')}
        name="name"
        autoComplete="nickname"
        maxLength={40}
        help={t('set_password.name_help')}
        error={problem?.field('name')}
      />
      <NewPasswordField error={problem?.field('password')} />
      <Button type="submit" kind="primary" size="l" wide busy={busy}>
        {t('set_password.action')}
      </Button>
    </EntryForm>
  );
}
