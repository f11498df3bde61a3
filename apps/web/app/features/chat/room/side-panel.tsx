import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { useHydrated } from '../../../ui/time.tsx';
import styles from './room.module.css';
import type { Panel } from './room-ui.ts';

const PeoplePanel = lazy(() => import('../panels/people-panel.tsx'));
const PinsPanel = lazy(() => import('../panels/pins-panel.tsx'));
const SearchPanel = lazy(() => import('../panels/search-panel.tsx'));
const Drawer = lazy(async () => ({ default: (await import('../../../ui/drawer.tsx')).Drawer }));

const WIDE = '(min-width: 1101px)';
const watch = (notify: () => void) => {
  const query = matchMedia(WIDE);
  query.addEventListener('change', notify);
  return () => query.removeEventListener('change', notify);
};
export const useWide = (): boolean =>
  useSyncExternalStore(
    watch,
    () => matchMedia(WIDE).matches,
    () => true,
  );

/** Beside the talk where there is room, over it where there is not. */
export function SidePanel({ panel, wide, onPanel }: { panel: Panel | null; wide: boolean; onPanel: (panel: Panel | null) => void }) {
  const { t } = useTranslation('chat');
  const hydrated = useHydrated();
  if (panel === null) return null;
  const title = t(`${panel}.title`);
  const Shown = panel === 'people' ? PeoplePanel : panel === 'pins' ? PinsPanel : SearchPanel;
  if (wide)
    return (
      <aside className={styles.side} aria-label={title}>
        {hydrated ? (
          <Suspense fallback={<Ghosts />}>
            <Shown onDone={() => undefined} />
          </Suspense>
        ) : (
          <Ghosts />
        )}
      </aside>
    );
  return (
    <Suspense>
      <Drawer open onOpenChange={(open) => open || onPanel(null)} title={title}>
        <div className={styles.inDrawer}>
          <Suspense fallback={<Ghosts />}>
            <Shown onDone={() => onPanel(null)} />
          </Suspense>
        </div>
      </Drawer>
    </Suspense>
  );
}

function Ghosts() {
  return Array.from({ length: 6 }, (_, at) => (
    <div key={String(at)} className={styles.ghost}>
      <Skeleton width={28} height={28} style={{ borderRadius: '50%' }} />
      <Skeleton width={96} height={12} />
    </div>
  ));
}
