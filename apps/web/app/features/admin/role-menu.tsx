import type { Role } from '@madang/kernel';
import { useTranslation } from '../../i18n/use-translation.ts';
import { MenuPanel, type MenuPanelProps, MenuRadios } from '../../ui/menu.tsx';
import type { GivenRole } from './member-standing.ts';

export interface RoleMenuProps {
  label: string;
  roles: readonly GivenRole[];
  /** The role held; left out where several people stand together. */
  value?: Role;
  onChoose: (role: GivenRole) => void;
}

export default function RoleMenu({ label, roles, value, onChoose, ...menu }: MenuPanelProps & RoleMenuProps) {
  const { t: shell } = useTranslation('shell');
  return (
    <MenuPanel {...menu} label={label}>
      <MenuRadios
        value={(value ?? '') as string}
        options={roles.map((role) => ({ value: role as string, label: shell(`role.${role}`) }))}
        onChange={(chosen) => {
          const role = roles.find((one) => one === chosen);
          if (role !== undefined && role !== value) onChoose(role);
        }}
      />
    </MenuPanel>
  );
}
