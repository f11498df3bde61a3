import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { MenuGroup, MenuItem, MenuLine, MenuPanel, MenuRadios } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.ts';
import { useRoom } from '../browser/use-room.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { type Anchor, type Panel, useRoomUi } from './room-ui.ts';

/** The rest of what can be done with a room. */
export default function RoomMenu({ anchor, onPanel, onClose }: { anchor: Anchor; onPanel: (panel: Panel) => void; onClose: () => void }) {
  const { t } = useMoreWords();
  const { open, session, roomId, me, may, float } = useRoomUi();
  const room = useRoom(open, (model) => model.room);
  const hear = (notifications: 'all' | 'mentions' | 'none') => {
    if (me === undefined) return;
    api('PATCH /api/v1/rooms/:roomId/members/:userId', { params: { roomId, userId: me }, body: { notifications } }).then(
      () => session?.readRoomAgain(),
      (error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
        toast({ text: error.document.message || t('failed'), urgent: true });
      },
    );
  };
  return (
    <MenuPanel anchor={anchor} open onOpenChange={(next) => next || onClose()} align="end" label={t('header.more')}>
      <MenuItem icon="calendar" onClick={() => float({ kind: 'date', anchor })}>
        {t('date.title')}
      </MenuItem>
      <MenuItem className="only-phone" icon="pin" onClick={() => onPanel('pins')}>
        {t('pins.title')}
      </MenuItem>
      {room.visibility !== 'direct' && (may.manage || may.moderate) && (
        <>
          <MenuLine />
          <MenuItem icon="share" onClick={() => float({ kind: 'settings', tab: 'invitations' })}>
            {t('settings.invite')}
          </MenuItem>
          <MenuItem icon="settings" onClick={() => float({ kind: 'settings', tab: may.manage ? 'general' : 'members' })}>
            {t('settings.title')}
          </MenuItem>
        </>
      )}
      {room.membership !== null && (
        <>
          <MenuLine />
          <MenuGroup label={t('hear.label')}>
            <MenuRadios
              value={room.membership.notifications}
              options={[
                { value: 'all', label: t('hear.all') },
                { value: 'mentions', label: t('hear.mentions') },
                { value: 'none', label: t('hear.none') },
              ]}
              onChange={hear}
            />
          </MenuGroup>
          {room.visibility !== 'direct' && (
            <>
              <MenuLine />
              <MenuItem icon="door" onClick={() => float({ kind: 'leave' })}>
                {t('leave.open')}
              </MenuItem>
            </>
          )}
        </>
      )}
    </MenuPanel>
  );
}
