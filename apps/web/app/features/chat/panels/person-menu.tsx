import type { Person } from '@madang/chat/contract';
import { useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { MenuItem, MenuLine, MenuPanel } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.ts';
import { roomsStore } from '../browser/rooms-store.ts';
import { type Anchor, useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

/** A person's card, and what one may do about them here. */
export default function PersonMenu({ person, anchor, onClose }: { person: Person; anchor: Anchor; onClose: () => void }) {
  const { t } = useMoreWords();
  const navigate = useNavigate();
  const { me, may, mention, float } = useRoomUi();
  const self = person.id === me;
  const name = person.name || t('person.left');
  const talk = async () => {
    try {
      const room = await api('POST /api/v1/rooms', { body: { visibility: 'direct', memberIds: [person.id] } });
      roomsStore().readSoon();
      await navigate(`/rooms/${room.id}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
    }
  };
  return (
    <MenuPanel anchor={anchor} open onOpenChange={(open) => open || onClose()} label={t('person.about', { name })}>
      <div className="row" style={{ gap: 12, padding: '8px 8px 12px', maxWidth: 280 }}>
        <Avatar person={{ ...person, name }} size="l" />
        <div className="col" style={{ gap: 2 }}>
          <b className="b6 trunc">{name}</b>
          <span>
            <Badge kind={person.guest ? undefined : 'accent'}>{t(`shell:role.${person.guest ? 'guest' : person.role}`)}</Badge>
          </span>
        </div>
      </div>
      {!self && me !== undefined && (
        <>
          <MenuLine />
          <MenuItem icon="rooms" onClick={() => void talk()}>
            {t('person.direct')}
          </MenuItem>
          {may.send && (
            <MenuItem icon="hash" onClick={() => mention(person)}>
              {t('person.mention')}
            </MenuItem>
          )}
          {may.moderate && (
            <>
              <MenuLine />
              <MenuItem icon="volume" onClick={() => float({ kind: 'restrict', what: 'mute', person })}>
                {t('person.mute', { name })}
              </MenuItem>
              <MenuItem icon="shield" danger onClick={() => float({ kind: 'restrict', what: 'ban', person })}>
                {t('person.ban', { name })}
              </MenuItem>
            </>
          )}
        </>
      )}
    </MenuPanel>
  );
}
