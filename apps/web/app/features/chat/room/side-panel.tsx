import { lazy, Suspense } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { PanelGhosts } from './panel-ghosts.tsx';
import styles from './room.module.css';
import type { Panel } from './room-ui.ts';

const PANELS = {
  people: lazy(() => import('../panels/people-panel.tsx')),
  pins: lazy(() => import('../panels/pins-panel.tsx')),
  search: lazy(() => import('../panels/search-panel.tsx')),
};
const Drawer = lazy(async () => ({ default: (await import('../../../ui/drawer.tsx')).Drawer }));

/** Beside the talk where there is room, over it where there is not. */
export default function SidePanel({ panel, wide, onPanel }: { panel: Panel; wide: boolean; onPanel: (panel: Panel | null) => void }) {
  const { t } = useTranslation('chat');
  const Shown = PANELS[panel];
  const content = (
    <Suspense fallback={<PanelGhosts />}>
      <Shown onDone={() => wide || onPanel(null)} />
    </Suspense>
  );
  if (wide) return content;
  return (
    <Suspense>
      <Drawer open onOpenChange={(open) => open || onPanel(null)} title={t(`${panel}.title`)}>
        <div className={styles.inDrawer}>{content}</div>
      </Drawer>
    </Suspense>
  );
}
