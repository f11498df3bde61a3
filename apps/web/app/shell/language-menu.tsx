import { LOCALE_NAMES, LOCALES } from '../i18n/locales.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { MenuPanel, type MenuPanelProps, MenuRadios } from '../ui/menu.tsx';
import { usePage } from './page.ts';
import { usePreferences } from './use-preferences.ts';

export function LanguageRadios() {
  const { locale } = usePage();
  const { setLocale } = usePreferences();
  const options = LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value], lang: value }));
  return <MenuRadios value={locale} options={options} onChange={(next) => void setLocale(next)} />;
}

export default function LanguageMenu(props: MenuPanelProps) {
  const { t } = useTranslation('shell');
  return (
    <MenuPanel {...props} align="end" label={t('language')}>
      <LanguageRadios />
    </MenuPanel>
  );
}
