import type { Member } from '@madang/identity/contract';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { MenuItem, MenuLine, MenuLink, MenuPanel, type MenuPanelProps } from '../../ui/menu.tsx';
import { useMemberChanges } from './member-changes.ts';
import { mayChange } from './member-standing.ts';

export interface MemberMenuProps {
  member: Member;
  onOpen: () => void;
}

export default function MemberMenu({ member, onOpen, ...menu }: MenuPanelProps & MemberMenuProps) {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  const change = useMemberChanges();
  const suspended = member.status === 'suspended';
  const turn = () =>
    void change(
      [member],
      { status: suspended ? 'active' : 'suspended' },
      t(suspended ? 'members.reactivated' : 'members.suspended', { name: member.name }),
    );
  return (
    <MenuPanel {...menu} align="end" label={t('more_of', { name: member.name })}>
      <MenuItem icon="user" onClick={onOpen}>
        {t('members.details')}
      </MenuItem>
      {mayDo(person, 'audit:read') && (
        <MenuLink icon="shield" to={`/admin/audit?user=${member.id}`}>
          {t('members.audit')}
        </MenuLink>
      )}
      {person !== null && mayChange(person, member) && (
        <>
          <MenuLine />
          <MenuItem icon={suspended ? 'undo' : 'lock'} danger={!suspended} onClick={turn}>
            {suspended ? t('members.reactivate') : t('members.suspend')}
          </MenuItem>
        </>
      )}
    </MenuPanel>
  );
}
