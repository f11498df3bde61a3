import { lazy, Suspense, useState } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

const General = lazy(() => import('./general-settings.tsx'));
const Members = lazy(() => import('./member-settings.tsx'));
const Invitations = lazy(() => import('./invitation-settings.tsx'));
const Restricted = lazy(() => import('./restricted-settings.tsx'));

type Tab = 'general' | 'members' | 'invitations' | 'restricted';

/** Everything about a room that is not talk, for those who keep it. */
export default function RoomSettings({ tab, onClose }: { tab: 'general' | 'members' | 'invitations'; onClose: () => void }) {
  const { t } = useMoreWords();
  const { may } = useRoomUi();
  const [shown, setShown] = useState<string>(tab);
  const panels: readonly (readonly [Tab, boolean, React.ReactNode])[] = [
    ['general', may.manage, <General key="general" onClose={onClose} />],
    ['members', true, <Members key="members" />],
    ['invitations', may.moderate, <Invitations key="invitations" />],
    ['restricted', may.moderate, <Restricted key="restricted" />],
  ];
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={t('settings.title')} wide>
      <Tabs
        label={t('settings.title')}
        value={shown}
        onChange={setShown}
        tabs={panels
          .filter(([, visible]) => visible)
          .map(([value, , panel]) => ({
            value,
            label: t(`settings.${value}`),
            panel: (
              <div style={{ minHeight: 320, paddingTop: 20 }}>
                <Suspense fallback={<Skeleton height={200} />}>{panel}</Suspense>
              </div>
            ),
          }))}
      />
    </Dialog>
  );
}
