import type { UploadLimits } from '@madang/media/contract';
import { type ReactNode, useEffect, useRef } from 'react';
import { NavLink, useLocation, useRouteLoaderData } from 'react-router';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Count } from '../../../ui/badge.tsx';
import { PLAYLISTS_PATH } from './places.ts';
import styles from './studio.module.css';

interface LayoutData {
  readonly limits: UploadLimits | null;
}

/** What the layout read: how much may be uploaded, as of the page's first paint. */
export function useLoadedLimits(): UploadLimits | null {
  return (useRouteLoaderData('features/studio/layout/studio-layout') as LayoutData | undefined)?.limits ?? null;
}

export interface StudioHeadProps {
  title: string;
  /** Above the title: where it belongs. */
  above?: ReactNode;
  /** Files on their way. */
  files?: number;
  /** Fresher than the layout's. */
  limits?: UploadLimits | null;
  children?: ReactNode;
}

/** Title, storage, and the way between the studio's rooms. */
export function StudioHead({ title, above, files = 0, limits, children }: StudioHeadProps) {
  const { t } = useTranslation('studio');
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row scrolls sideways: where one stands is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link is another one after a navigation
  useEffect(() => {
    const row = tabs.current;
    const current = row?.querySelector<HTMLElement>('[aria-current="page"]');
    if (row && current) row.scrollLeft = current.offsetLeft - (row.clientWidth - current.clientWidth) / 2;
  }, [pathname]);
  return (
    <>
      {above}
      <header className={styles.head}>
        <h1 className="grow">{title}</h1>
        <Storage limits={limits} />
        {children}
      </header>
      <nav className={`tabs ${styles.tabs}`} aria-label={t('nav')} ref={tabs}>
        <NavLink to="/studio" end prefetch="intent">
          {t('section.files')}
          <Count value={files} mute />
        </NavLink>
        <NavLink to="/studio/videos" prefetch="intent">
          {t('section.videos')}
        </NavLink>
        <NavLink to={PLAYLISTS_PATH} prefetch="intent">
          {t('section.playlists')}
        </NavLink>
        <NavLink to="/studio/analytics" prefetch="intent">
          {t('section.analytics')}
        </NavLink>
        <NavLink to="/studio/channel" prefetch="intent">
          {t('section.channel')}
        </NavLink>
      </nav>
    </>
  );
}

function Storage({ limits }: { limits?: UploadLimits | null }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const loaded = useLoadedLimits();
  const known = limits ?? loaded;
  if (known === null) return null;
  const ratio = known.limitBytes === 0 ? 1 : Math.min(1, known.usedBytes / known.limitBytes);
  return (
    <span className={`t13 dim num hide-phone ${styles.storage}`}>
      {t('storage', { used: format.bytes(known.usedBytes), limit: format.bytes(known.limitBytes) })}
      <i aria-hidden="true" data-full={ratio > 0.9 || undefined}>
        <i style={{ width: `${ratio * 100}%` }} />
      </i>
    </span>
  );
}
