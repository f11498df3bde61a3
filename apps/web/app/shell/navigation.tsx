import { Link, useLocation } from 'react-router';
import { useTranslation } from '../i18n/use-translation.ts';
import { Icon } from '../ui/icon.tsx';
import { type NavigationItem, navigationOf } from './feature.ts';
import { usePage } from './page.ts';

/** The phone's bottom bar holds five; the rest is in the person menu and the palette. */
const TABS = 5;

/** At a place or below it; the front page has nothing below it. */
function stands(pathname: string, place: string): boolean {
  if (place.endsWith('@')) return pathname.startsWith(place);
  return pathname === place || (place !== '/' && pathname.startsWith(`${place}/`));
}

function Item({ item }: { item: NavigationItem }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const current = [item.to, ...(item.also ?? [])].some((place) => stands(pathname, place));
  return (
    <Link to={item.to} aria-current={current ? 'page' : undefined} prefetch="intent">
      <Icon name={item.icon} />
      <span>{item.label(t)}</span>
      {item.Count && <item.Count />}
    </Link>
  );
}

export function Rail() {
  const { t } = useTranslation('shell');
  const items = navigationOf(usePage());
  const foot = items.filter((item) => item.foot);
  return (
    <nav className="rail" aria-label={t('main_menu')}>
      {items
        .filter((item) => !item.foot)
        .map((item) => (
          <Item key={item.to} item={item} />
        ))}
      {foot.length > 0 && (
        <div className="foot col">
          {foot.map((item) => (
            <Item key={item.to} item={item} />
          ))}
        </div>
      )}
    </nav>
  );
}

export function TabBar() {
  const { t } = useTranslation('shell');
  const items = navigationOf(usePage()).slice(0, TABS);
  // a bar with one place leads nowhere
  if (items.length < 2) return null;
  return (
    <nav className="tabbar" aria-label={t('main_menu')}>
      {items.map((item) => (
        <Item key={item.to} item={item} />
      ))}
    </nav>
  );
}
