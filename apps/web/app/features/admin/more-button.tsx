import { useTranslation } from '../../i18n/use-translation.ts';
import { Icon } from '../../ui/icon.tsx';
import { MenuButton, type MenuButtonProps } from '../../ui/menu-button.tsx';

/** The three dots at the end of a row. */
export function MoreButton<Extra extends object>({ name, ...menu }: { name: string } & Pick<MenuButtonProps<Extra>, 'load' | 'panel'>) {
  const { t } = useTranslation('administration');
  return (
    <MenuButton {...menu} className="iconb sm" aria-label={t('more_of', { name })}>
      <Icon name="more" size="s" />
    </MenuButton>
  );
}
