import { useTranslation } from '../i18n/use-translation.ts';
import { MenuPanel, type MenuPanelProps, MenuRadios } from '../ui/menu.tsx';
import { usePage } from './page.ts';
import { usePreferences } from './use-preferences.ts';

export function ThemeRadios() {
  const { t } = useTranslation('shell');
  const { theme } = usePage();
  const { setTheme } = usePreferences();
  const options = [
    { value: 'light', label: t('theme.light'), icon: 'sun' },
    { value: 'dark', label: t('theme.dark'), icon: 'moon' },
    { value: 'system', label: t('theme.system'), icon: 'device' },
  ] as const;
  return <MenuRadios value={theme} options={options} onChange={setTheme} />;
}

export default function ThemeMenu(props: MenuPanelProps) {
  const { t } = useTranslation('shell');
  return (
    <MenuPanel {...props} align="end" label={t('theme.label')}>
      <ThemeRadios />
    </MenuPanel>
  );
}
