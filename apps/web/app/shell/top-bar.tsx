import { Link, useLocation } from 'react-router';
import { LOCALE_NAMES } from '../i18n/locales.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { Avatar } from '../ui/avatar.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Logo, ZoneMark } from '../ui/mark.tsx';
import { MenuButton } from '../ui/menu-button.tsx';
import { features } from './feature.ts';
import { usePage, useText } from './page.ts';
import { SearchBox } from './search-box.tsx';

export function TopBar() {
  const { t } = useTranslation('shell');
  const text = useText();
  const page = usePage();
  const { pathname, search } = useLocation();
  const signIn = pathname === '/sign-in' || pathname === '/sign-up' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(pathname + search)}`;
  return (
    <header className="bar">
      <div className="bar-start">
        <Link to="/" className="brand">
          <Logo label={t('home')} />
        </Link>
        <MenuButton className="zonepick" load={() => import('./zone-menu.tsx')}>
          {!page.zone.portal && <ZoneMark zoneId={page.zone.id} />}
          <span className="vh">{t('switch_zone')}: </span>
          <span className="trunc">{text(page.zone.names)}</span>
          <Icon name="chevron-down" size="s" />
        </MenuButton>
      </div>
      <SearchBox />
      <div className="bar-end">
        <MenuButton className="langb hide-phone" load={() => import('./language-menu.tsx')}>
          <span className="vh">{t('language')}: </span>
          {LOCALE_NAMES[page.locale]}
        </MenuButton>
        <MenuButton
          className="iconb hide-phone"
          load={() => import('./theme-menu.tsx')}
          aria-label={t('theme.label')}
          title={t('theme.label')}
        >
          <Icon name={page.theme === 'dark' ? 'moon' : page.theme === 'light' ? 'sun' : 'device'} />
        </MenuButton>
        {features.map(({ BarItem }) => BarItem && <BarItem key={BarItem.name} />)}
        {page.person === null ? (
          <>
            <ButtonLink to={signIn} className="hide-phone" style={{ height: 32 }}>
              {t('sign_in')}
            </ButtonLink>
            <MenuButton className="iconb only-phone" load={() => import('./person-menu.tsx')} aria-label={t('account')}>
              <Icon name="user" />
            </MenuButton>
          </>
        ) : (
          <MenuButton className="person" load={() => import('./person-menu.tsx')} aria-label={t('account_of', { name: page.person.name })}>
            <Avatar person={page.person} size="s" />
          </MenuButton>
        )}
      </div>
    </header>
  );
}
