import { useTranslation } from 'react-i18next';

/** The quiet last line of public pages. */
export function Footer() {
  const { t } = useTranslation('shell');
  return (
    <footer className="foot-line">
      <span>Madang</span>
      <a href="/docs">{t('docs')}</a>
    </footer>
  );
}
