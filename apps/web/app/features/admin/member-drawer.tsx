import type { Member } from '@madang/identity/contract';
import type { Capability } from '@madang/kernel';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Ago } from '../../ui/ago.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { Checkbox } from '../../ui/field.tsx';
import { SelectField } from '../../ui/select.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './admin.module.css';
import { useMemberChanges } from './member-changes.ts';
import { type GivenRole, mayChange, mayGrantOperator, rolesToGive } from './member-standing.ts';
import type { MemberChange } from './way-back.ts';

const NONE = 'none';
const CAPABILITIES = ['mentor', 'creator', 'operator'] as const;

/** One member: what the zone knows of them, and everything an administrator may change at once. */
export default function MemberDrawer({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={member.name} sheet>
      <div className="row" style={{ gap: 16, marginBottom: 20 }}>
        <Avatar person={member} size="xl" />
        <div className="col">
          <span className="trunc">{member.email}</span>
          <span>
            <Badge kind={member.status === 'active' ? 'ok' : member.status === 'suspended' ? 'bad' : 'warn'}>
              {t(`status.${member.status}`)}
            </Badge>
          </span>
        </div>
      </div>
      <dl className={styles.facts}>
        <dt>{t('members.joined')}</dt>
        <dd>
          <Time at={member.createdAt} as="date" />
        </dd>
        <dt>{t('column.last_seen')}</dt>
        <dd>{member.lastSeenAt === null ? t('never') : <Ago at={member.lastSeenAt} />}</dd>
        <dt>{t('members.id')}</dt>
        <dd className="mono t12">{member.id}</dd>
      </dl>
      {person !== null && mayChange(person, member) ? (
        <StandingForm member={member} onDone={onClose} />
      ) : (
        <p className={styles.note}>{member.id === person?.id ? t('members.yourself') : t('members.above')}</p>
      )}
      {mayDo(person, 'audit:read') && (
        <p style={{ marginTop: 24 }}>
          <Link className="link" to={`/admin/audit?user=${member.id}`}>
            {t('members.audit')}
          </Link>
        </p>
      )}
    </Drawer>
  );
}

function StandingForm({ member, onDone }: { member: Member; onDone: () => void }) {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const { person, zone } = usePage();
  const change = useMemberChanges();
  const wide = mayDo(person, 'org:create');
  const organizations = useEndpoint('GET /api/v1/admin/organizations', { input: { query: { limit: 100 } }, enabled: wide });
  const [role, setRole] = useState(member.role as GivenRole);
  const [orgId, setOrgId] = useState(member.organization?.id ?? NONE);
  const [held, setHeld] = useState<readonly Capability[]>(member.capabilities);
  const [busy, setBusy] = useState(false);
  if (person === null) return null;

  const roles = rolesToGive(person, orgId !== NONE);
  const offered = CAPABILITIES.filter((capability) => capability !== 'operator' || (zone.portal && mayGrantOperator(person)));
  const moved = orgId !== (member.organization?.id ?? NONE);
  const regranted = held.toSorted().join() !== member.capabilities.toSorted().join();
  const wanted: MemberChange = {
    ...(role !== member.role && { role }),
    ...(moved && { orgId: orgId === NONE ? null : orgId }),
    ...(regranted && { capabilities: [...held] }),
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const done = await change([member], wanted, t('members.changed', { name: member.name }));
    setBusy(false);
    if (done) onDone();
  };
  const suspended = member.status === 'suspended';
  const turn = async () => {
    const said = t(suspended ? 'members.reactivated' : 'members.suspended', { name: member.name });
    if (await change([member], { status: suspended ? 'active' : 'suspended' }, said)) onDone();
  };
  const organizationOptions = organizations.data?.items ?? (member.organization === null ? [] : [member.organization]);
  return (
    <form className={styles.form} style={{ marginTop: 24 }} onSubmit={(event) => void save(event)}>
      {wide && (
        <SelectField
          label={t('column.organization')}
          value={orgId}
          options={[
            { value: NONE, label: t('no_organization') },
            ...organizationOptions.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(next) => {
            setOrgId(next);
            if (next === NONE && role === 'org_admin') setRole('student');
          }}
        />
      )}
      <SelectField
        label={t('column.role')}
        value={role}
        options={roles.map((value) => ({ value, label: shell(`role.${value}`) }))}
        onChange={setRole}
        help={t(`role_help.${role}`)}
      />
      {wide && (
        <fieldset>
          <legend className="label" style={{ padding: 0 }}>
            {t('members.capabilities')}
          </legend>
          {offered.map((capability) => (
            <Checkbox
              key={capability}
              label={t(`capability.${capability}`)}
              checked={held.includes(capability)}
              onChange={(event) => setHeld(event.target.checked ? [...held, capability] : held.filter((one) => one !== capability))}
            />
          ))}
        </fieldset>
      )}
      <div className="row">
        <Button type="submit" kind="primary" busy={busy} disabled={Object.keys(wanted).length === 0}>
          {t('save')}
        </Button>
        <span className="grow" />
        <Button kind="quiet" className={suspended ? undefined : styles.dangerText} onClick={() => void turn()}>
          {suspended ? t('members.reactivate') : t('members.suspend')}
        </Button>
      </div>
    </form>
  );
}
