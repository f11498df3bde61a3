import type { Member } from '@madang/identity/contract';
import clsx from 'clsx';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Ago } from '../../ui/ago.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { Table } from '../../ui/surfaces.tsx';
import styles from './admin.module.css';
import { useMemberChanges } from './member-changes.ts';
import { mayChange, rolesToGive } from './member-standing.ts';
import { MoreButton } from './more-button.tsx';

export interface MemberTableProps {
  members: readonly Member[];
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
  onOpen: (member: Member) => void;
  /** The answer to the question before. */
  stale: boolean;
}

/** Name and role stay in sight at every width; the rest comes as there is room. */
export function MemberTable({ members, picked, onPick, onOpen, stale }: MemberTableProps) {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  const changeable = person === null ? [] : members.filter((member) => mayChange(person, member));
  const all = changeable.length > 0 && changeable.every((member) => picked.has(member.id));
  const pick = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    onPick(next);
  };
  return (
    <Table label={t('admin:section.members')} className={clsx(styles.members, stale && styles.stale)} aria-busy={stale || undefined}>
      <thead>
        <tr>
          <th scope="col" className={styles.pick}>
            <input
              type="checkbox"
              className="check"
              aria-label={t('pick_all')}
              checked={all}
              disabled={changeable.length === 0}
              onChange={() => onPick(all ? new Set() : new Set(changeable.map((member) => member.id)))}
            />
          </th>
          <th scope="col" className={styles.name}>
            {t('column.name')}
          </th>
          <th scope="col">{t('column.role')}</th>
          <th scope="col" className="hide-md">
            {t('column.organization')}
          </th>
          <th scope="col" className="hide-phone">
            {t('column.last_seen')}
          </th>
          <th scope="col" className={styles.end}>
            <span className="vh">{t('column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            picked={picked.has(member.id)}
            onPick={() => pick(member.id)}
            onOpen={() => onOpen(member)}
          />
        ))}
      </tbody>
    </Table>
  );
}

function MemberRow({ member, picked, onPick, onOpen }: { member: Member; picked: boolean; onPick: () => void; onOpen: () => void }) {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  const may = person !== null && mayChange(person, member);
  const suspended = member.status === 'suspended';
  return (
    <tr aria-selected={picked}>
      <td className={styles.pick}>
        <input
          type="checkbox"
          className="check"
          aria-label={t('pick', { name: member.name })}
          checked={picked}
          disabled={!may}
          onChange={onPick}
        />
      </td>
      <td>
        <div className="row" style={{ gap: 12 }}>
          <Avatar person={member} size="s" />
          <div className="col grow">
            <span className="row">
              <button type="button" className={`b6 trunc ${styles.open}`} onClick={onOpen}>
                {member.name}
              </button>
              {member.status !== 'active' && (
                <Badge kind={suspended ? 'bad' : 'warn'}>{t(`status.${member.status as 'invited' | 'suspended'}`)}</Badge>
              )}
            </span>
            <span className="t12 dim trunc">{member.email}</span>
          </div>
        </div>
      </td>
      <td>
        <RoleChip member={member} may={may} />
      </td>
      <td className="mut hide-md">
        <span className="trunc">{member.organization?.name ?? '–'}</span>
      </td>
      <td className="mut num hide-phone">
        {member.lastSeenAt === null ? <span className="dim">{t('never')}</span> : <Ago at={member.lastSeenAt} />}
      </td>
      <td className={styles.end}>
        <MoreButton name={member.name} load={() => import('./member-menu.tsx')} panel={{ member, onOpen }} />
      </td>
    </tr>
  );
}

function RoleChip({ member, may }: { member: Member; may: boolean }) {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const { person } = usePage();
  const change = useMemberChanges();
  const admin = member.role === 'zone_admin' || member.role === 'super_admin';
  const badge = <Badge kind={admin ? 'accent' : undefined}>{shell(`role.${member.role}`)}</Badge>;
  if (!may || person === null) return badge;
  const label = t('role_of', { name: member.name, role: shell(`role.${member.role}`) });
  return (
    <MenuButton
      className={styles.role}
      aria-label={label}
      load={() => import('./role-menu.tsx')}
      panel={{
        label,
        roles: rolesToGive(person, member.organization !== null),
        value: member.role,
        onChoose: (role) => void change([member], { role }, t('members.role_changed', { name: member.name, role: shell(`role.${role}`) })),
      }}
    >
      {badge}
      <Icon name="chevron-down" size="s" />
    </MenuButton>
  );
}
