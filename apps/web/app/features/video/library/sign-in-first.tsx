import { useTranslation } from '../../../i18n/use-translation.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { useSignInPath } from '../sign-in-path.ts';

/** What is kept for someone needs someone it is kept for. */
export function SignInFirst({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation('watch');
  const path = useSignInPath();
  return (
    <div className="card">
      <EmptyState
        title={title}
        text={text}
        action={
          <ButtonLink kind="primary" to={path}>
            {t('sign_in')}
          </ButtonLink>
        }
      />
    </div>
  );
}
