import clsx from 'clsx';
import { useEffect, useRef } from 'react';
import { data, isRouteErrorResponse, NavLink, Outlet, redirect, type ShouldRevalidateFunctionArgs, useLocation } from 'react-router';
import { pageContext } from '../../api/load.ts';
import { TranslatorContext, useTranslation } from '../../i18n/use-translation.ts';
import { usePage, useText } from '../../shell/page.ts';
import { Icon } from '../../ui/icon.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import type { Route } from './+types/admin-layout';
import styles from './admin.module.css';
import { Forbidden } from './forbidden.tsx';
import { openSections, type Section, sectionAt } from './sections.ts';
import { readWords, useWithWords } from './with-words.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { person, zone, locale } = pageContext(context);
  const { pathname, search } = new URL(request.url);
  const path = pathname.replace(/\.data$/, '');
  if (person === null) throw redirect(`/sign-in?next=${encodeURIComponent(path + search)}`);
  if (sectionAt(path, person, zone) === undefined) throw data(null, { status: 403 });
  return readWords(locale);
}

/** The words are the same on every page here: they are read again with the language, not with every step. */
export function shouldRevalidate({ currentUrl, nextUrl, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return currentUrl.href === nextUrl.href && defaultShouldRevalidate;
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  if (isRouteErrorResponse(error) && error.status === 403) return <Forbidden alone />;
  throw error;
}

/** The frame of the administration: where one may go at the side, the page beside it. */
export default function AdminLayout({ loaderData }: Route.ComponentProps) {
  const translator = useWithWords(loaderData);
  const { person, zone } = usePage();
  const { pathname } = useLocation();
  // Links lead only where one may go; rights that were taken away meanwhile are seen here.
  if (sectionAt(pathname, person, zone) === undefined) return <Forbidden />;
  return (
    <div className={styles.frame}>
      <SideNavigation />
      <div className={styles.page}>
        <TranslatorContext value={translator}>
          <Outlet />
        </TranslatorContext>
      </div>
    </div>
  );
}

const GROUPS = ['top', 'people', 'zone', 'city'] as const;

function SideNavigation() {
  const { t } = useTranslation('admin');
  const text = useText();
  const { person, zone, origin } = usePage();
  const sections = openSections(person, zone);
  const current = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row scrolls sideways: where one stands is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link is another one after a navigation
  useEffect(() => {
    current.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <nav className={styles.side} aria-label={t('sections')} ref={current}>
      <div className={styles.sideHead}>
        <ZoneMark zoneId={zone.id} />
        <div className="col">
          <b className="b6 trunc">{text(zone.names)}</b>
          <span className="t12 dim trunc">{new URL(origin).host}</span>
        </div>
      </div>
      {GROUPS.map((group) => (
        <Group key={group} group={group} sections={sections.filter((section) => section.group === group)} />
      ))}
    </nav>
  );
}

function Group({ group, sections }: { group: Section['group']; sections: readonly Section[] }) {
  const { t } = useTranslation('admin');
  if (sections.length === 0) return null;
  return (
    <>
      {group !== 'top' && <h2 className={styles.sideTitle}>{t(`group.${group}`)}</h2>}
      <ul className={styles.sideList}>
        {sections.map((section) => (
          <li key={section.name}>
            <NavLink to={section.to} end prefetch="intent" className={({ isActive }) => clsx(styles.sideLink, isActive && styles.current)}>
              <Icon name={section.icon} size="s" />
              <span className="trunc">{t(`section.${section.name}`)}</span>
            </NavLink>
          </li>
        ))}
      </ul>
    </>
  );
}
