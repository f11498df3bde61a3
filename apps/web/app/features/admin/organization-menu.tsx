import type { Organization } from '@madang/identity/contract';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { MenuItem, MenuLine, MenuPanel, type MenuPanelProps } from '../../ui/menu.tsx';

export interface OrganizationMenuProps {
  organization: Organization;
  onOpen: () => void;
  onRename: () => void;
  onDissolve: () => void;
}

export default function OrganizationMenu({ organization, onOpen, onRename, onDissolve, ...menu }: MenuPanelProps & OrganizationMenuProps) {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  const filled = organization.memberCount > 0;
  return (
    <MenuPanel {...menu} align="end" label={t('more_of', { name: organization.name })}>
      <MenuItem icon="users" onClick={onOpen}>
        {t('organizations.members')}
      </MenuItem>
      {mayDo(person, 'org:update') && (
        <MenuItem icon="edit" onClick={onRename}>
          {t('organizations.rename')}
        </MenuItem>
      )}
      {mayDo(person, 'org:delete') && (
        <>
          <MenuLine />
          <MenuItem icon="trash" danger={!filled} disabled={filled} onClick={onDissolve}>
            {filled ? t('organizations.not_empty') : t('organizations.delete')}
          </MenuItem>
        </>
      )}
    </MenuPanel>
  );
}
