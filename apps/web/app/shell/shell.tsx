import clsx from 'clsx';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useLocation, useMatches } from 'react-router';
import { useTranslation } from '../i18n/use-translation.ts';
import { Banner, useOnline } from '../ui/states.tsx';
import { onFirstToast } from '../ui/toast.ts';
import { Rail, TabBar } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

const ToastHost = lazy(() => import('../ui/toast-host.tsx'));

/** A route may say how the shell frames it: `export const handle: ShellHandle = { shell: 'fixed' }`. */
export interface ShellHandle {
  /**
   * `page` scrolls; `fixed` fills the window and scrolls inside; `solo` is fixed and takes the phone's bottom edge (rooms,
   * sessions); `none` draws no shell (exams).
   */
  readonly shell: 'page' | 'fixed' | 'solo' | 'none';
}

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation('shell');
  const frame = useMatches().findLast((match) => match.handle !== undefined)?.handle as ShellHandle | undefined;
  const kind = frame?.shell ?? 'page';
  if (kind === 'none') return children;
  return (
    <>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <div className={clsx('app', kind !== 'page' && 'fixed', kind === 'solo' && 'solo')}>
        <TopBar />
        <Rail />
        <main className="main" id="main" tabIndex={-1}>
          <Connectivity />
          {children}
        </main>
        <TabBar />
      </div>
      <Toasts />
      <FocusOnNavigation />
    </>
  );
}

function Connectivity() {
  const { t } = useTranslation('shell');
  return useOnline() ? null : <Banner icon="wifi-off">{t('offline')}</Banner>;
}

function Toasts() {
  const [needed, setNeeded] = useState(false);
  useEffect(() => onFirstToast(() => setNeeded(true)), []);
  return (
    needed && (
      <Suspense>
        <ToastHost />
      </Suspense>
    )
  );
}

/** After a navigation a screen reader starts at the new page, not where the old link was. */
function FocusOnNavigation() {
  const { pathname } = useLocation();
  const [first, setFirst] = useState(pathname);
  useEffect(() => {
    if (pathname === first) return;
    setFirst(pathname);
    const main = document.getElementById('main');
    if (main !== null && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
  }, [pathname, first]);
  return null;
}
