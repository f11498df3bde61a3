import { useLocation } from 'react-router';
import { useTranslation } from '../i18n/use-translation.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Badge } from '../ui/badge.tsx';
import { MenuGroup, MenuItem, MenuLine, MenuLink, MenuPanel, type MenuPanelProps } from '../ui/menu.tsx';
import { navigationOf } from './feature.ts';
import { LanguageRadios } from './language-menu.tsx';
import { usePage } from './page.ts';
import { ThemeRadios } from './theme-menu.tsx';
import { useSignOut } from './use-sign-out.ts';

/** Who I am, how it looks, the way out; on a phone also what the bar has no room for. */
export default function PersonMenu(props: MenuPanelProps) {
  const { t } = useTranslation('shell');
  const { t: words } = useTranslation();
  const page = usePage();
  const { person } = page;
  const { pathname, search } = useLocation();
  const signOut = useSignOut();
  const next = encodeURIComponent(pathname + search);
  const guest = person === null || person.guest;
  return (
    <MenuPanel {...props} align="end" label={t('account')}>
      {person && (
        <>
          <div className="row" style={{ gap: 12, padding: '8px 8px 12px' }}>
            <Avatar person={person} />
            <div className="col">
              <b className="b6 trunc">{person.name}</b>
              <span>
                <Badge kind={person.guest ? undefined : 'accent'}>{t(`role.${person.role}`)}</Badge>
              </span>
            </div>
          </div>
          <MenuLine />
        </>
      )}
      {guest && (
        <>
          <MenuLink to={`/sign-in?next=${next}`} icon="key">
            {t('sign_in')}
          </MenuLink>
          <MenuLink to={`/sign-up?next=${next}`} icon="user">
            {person === null ? t('sign_up') : t('keep_account')}
          </MenuLink>
          <MenuLine />
        </>
      )}
      {person && (
        <MenuLink to="/account" icon="user">
          {t('account')}
        </MenuLink>
      )}
      {navigationOf(page)
        .slice(5)
        .map((item) => (
          <MenuLink key={item.to} to={item.to} icon={item.icon}>
            {item.label(words)}
          </MenuLink>
        ))}
      <div className="only-phone">
        <MenuGroup label={t('theme.label')}>
          <ThemeRadios />
        </MenuGroup>
        <MenuGroup label={t('language')}>
          <LanguageRadios />
        </MenuGroup>
        {person && <MenuLine />}
      </div>
      {person && (
        <MenuItem icon="door" onClick={() => void signOut()}>
          {t('sign_out')}
        </MenuItem>
      )}
    </MenuPanel>
  );
}
