import { useTranslation } from '../i18n/use-translation.ts';

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
