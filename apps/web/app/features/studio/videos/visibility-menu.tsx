import type { Visibility } from '@madang/video/contract';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { MenuItem, MenuPanel, type MenuPanelProps } from '../../../ui/menu.tsx';

const CHOICES = [
  ['public', 'globe'],
  ['unlisted', 'share'],
  ['members', 'users'],
  ['private', 'lock'],
] as const;

export default function VisibilityMenu({
  label,
  onChoose,
  ...menu
}: MenuPanelProps & { label: string; onChoose: (visibility: Visibility) => void }) {
  const { t } = useTranslation('studioPages');
  return (
    <MenuPanel {...menu} align="end" label={label}>
      {CHOICES.map(([value, icon]) => (
        <MenuItem key={value} icon={icon} onClick={() => onChoose(value)}>
          {t(`visibility.${value}`)}
        </MenuItem>
      ))}
    </MenuPanel>
  );
}
