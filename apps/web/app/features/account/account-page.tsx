import type { ReactNode } from 'react';
import { redirect } from 'react-router';
import { attempt, load, pageContext } from '../../api/load.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { metaWords, pageMeta, pageOf } from '../../shell/page-meta.ts';
import { useSignOut } from '../../shell/use-sign-out.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { Route } from './+types/account-page';
import styles from './account.module.css';
import { KeepAccount } from './keep-account.tsx';
import { PasswordForm } from './password-form.tsx';
import { PictureEditor } from './picture-editor.tsx';
import { ProfileForm } from './profile-form.tsx';
import { SessionList } from './session-list.tsx';

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('account:title'), path: '/account', index: false });
}

export async function loader({ context }: Route.LoaderArgs) {
  if (pageContext(context).person === null) throw redirect('/sign-in?next=%2Faccount');
  const [me, sessions] = await Promise.all([load(context, 'GET /api/v1/users/me'), attempt(context, 'GET /api/v1/users/me/sessions')]);
  return { me, sessions };
}

/** Who I am in this zone: how others see me, how I come in, and where I am signed in. */
export default function AccountPage({ loaderData: { me, sessions } }: Route.ComponentProps) {
  const { t } = useTranslation('account');
  const { t: shell } = useTranslation('shell');
  const signOut = useSignOut();
  return (
    <div className={`page ${styles.page}`}>
      <header className={styles.head}>
        <Avatar person={me} size="xl" />
        <div className="col grow">
          <h1 className="trunc">{me.name}</h1>
          <p className="row wrap mut">
            <Badge kind={me.guest ? undefined : 'accent'}>{shell(`role.${me.role}`)}</Badge>
            {me.capabilities.map((capability) => (
              <Badge key={capability}>{t(`capability.${capability}`)}</Badge>
            ))}
            {me.email && <span className="trunc">{me.email}</span>}
          </p>
        </div>
        <Button onClick={() => void signOut()}>
          <Icon name="door" size="s" />
          {shell('sign_out')}
        </Button>
      </header>
      {me.guest && (
        <Section title={t('keep.title')} text={t('keep.text')}>
          <KeepAccount name={me.name} />
        </Section>
      )}
      <Section title={t('profile.title')} text={t('profile.text')}>
        <PictureEditor me={me} />
        <ProfileForm key={`${me.name} ${me.colour} ${me.locale}`} me={me} />
      </Section>
      {!me.guest && (
        <>
          <Section title={t('organization.title')} text={t('organization.text')}>
            <p className="b6">{me.organization?.name ?? <span className="dim">{t('organization.none')}</span>}</p>
          </Section>
          <Section title={t('password.title')} text={t('password.text')}>
            <PasswordForm email={me.email ?? ''} />
          </Section>
        </>
      )}
      <Section title={t('sessions.title')} text={t('sessions.text')}>
        <SessionList loaded={sessions} />
      </Section>
    </div>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header>
        <h2>{title}</h2>
        <p className="t13 mut">{text}</p>
      </header>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
