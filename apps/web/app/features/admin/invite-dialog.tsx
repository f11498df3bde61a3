import type { Locale } from '@madang/kernel';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { useChange } from '../../api/use-change.ts';
import { endpointKey, useEndpoint } from '../../api/use-endpoint.ts';
import { useFormat } from '../../i18n/format.ts';
import { LOCALE_NAMES, LOCALES } from '../../i18n/locales.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SelectField } from '../../ui/select.tsx';
import styles from './admin.module.css';
import { type GivenRole, rolesToGive } from './member-standing.ts';

const NONE = 'none';
interface Invited {
  readonly name: string;
  readonly link: string;
  readonly expiresAt: string;
}

/** Makes an account that waits for its password, and hands over the link by which its person chooses one. */
export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('administration');
  const [invited, setInvited] = useState<Invited>();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={invited === undefined ? t('invite.title') : t('invite.done', { name: invited.name })}
      text={invited === undefined ? t('invite.text') : t('invite.done_text')}
    >
      {invited === undefined ? (
        <InviteForm onInvited={setInvited} onClose={onClose} />
      ) : (
        <InviteLink invited={invited} onAnother={() => setInvited(undefined)} onClose={onClose} />
      )}
    </Dialog>
  );
}

function InviteForm({ onInvited, onClose }: { onInvited: (invited: Invited) => void; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const { person, origin, locale: reading } = usePage();
  const queries = useQueries();
  const wide = mayDo(person, 'org:create');
  const organizations = useEndpoint('GET /api/v1/admin/organizations', { input: { query: { limit: 100 } }, enabled: wide });
  const [role, setRole] = useState<GivenRole>('student');
  const [orgId, setOrgId] = useState(NONE);
  const [locale, setLocale] = useState<Locale>(reading);
  const { run, busy, problem } = useChange((body: { email: string; name: string }) =>
    api('POST /api/v1/admin/members', { body: { ...body, role, locale, ...(wide && { orgId: orgId === NONE ? null : orgId }) } }),
  );
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const made = await run({ email: String(form.get('email')), name: String(form.get('name')) });
    if (made === undefined) return;
    const { member, token, expiresAt } = made.answer;
    onInvited({ name: member.name, link: `${origin}/set-password?token=${token}`, expiresAt });
    await queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/admin/members') });
  };
  const roles = person === null ? [] : rolesToGive(person, !wide || orgId !== NONE);
  const taken = problem?.code === 'identity.email_taken';
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {!taken && <Complaint problem={problem} />}
      <TextField
        label={t('invite.email')}
        name="email"
        type="email"
        autoComplete="off"
        required
        maxLength={254}
        autoFocus
        error={taken ? t('invite.taken') : problem?.field('email')}
      />
      <TextField label={t('column.name')} name="name" autoComplete="off" required maxLength={40} error={problem?.field('name')} />
      {wide && organizations.data && organizations.data.items.length > 0 && (
        <SelectField
          label={t('column.organization')}
          value={orgId}
          options={[
            { value: NONE, label: t('no_organization') },
            ...organizations.data.items.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(next) => {
            setOrgId(next);
            if (next === NONE && role === 'org_admin') setRole('student');
          }}
          error={problem?.field('orgId')}
        />
      )}
      <div className={styles.pair}>
        <SelectField
          label={t('column.role')}
          value={role}
          options={roles.map((value) => ({ value, label: shell(`role.${value}`) }))}
          onChange={setRole}
          error={problem?.field('role')}
        />
        <SelectField
          label={t('invite.language')}
          value={locale}
          options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
          onChange={setLocale}
        />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="submit" kind="primary" busy={busy}>
          {t('invite.action')}
        </Button>
      </div>
    </form>
  );
}

function InviteLink({ invited, onAnother, onClose }: { invited: Invited; onAnother: () => void; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const format = useFormat();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(invited.link);
    setCopied(true);
  };
  return (
    <div className={styles.form}>
      <TextField
        label={t('invite.link')}
        readOnly
        value={invited.link}
        className="in mono"
        onFocus={(event) => event.target.select()}
        help={t('invite.until', { date: format.dateTime(new Date(invited.expiresAt)) })}
      />
      <Button kind="primary" wide onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} size="s" />
        {copied ? t('invite.copied') : t('invite.copy')}
      </Button>
      <span className="vh" role="status">
        {copied ? t('invite.copied') : ''}
      </span>
      <div className="dialog-actions">
        <Button onClick={onAnother}>{t('invite.another')}</Button>
        <Button onClick={onClose}>{t('close')}</Button>
      </div>
    </div>
  );
}
