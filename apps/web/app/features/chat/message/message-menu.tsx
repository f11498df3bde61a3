import type { Message } from '@madang/chat/contract';
import { usePage } from '../../../shell/page.ts';
import { MenuItem, MenuLine, MenuPanel } from '../../../ui/menu.tsx';
import { toast } from '../../../ui/toast.ts';
import { plainText } from '../engine/message-text.ts';
import { type Anchor, mayChange, useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

/** All that can be done with a message. */
export default function MessageMenu({ message, anchor, onClose }: { message: Message; anchor: Anchor; onClose: () => void }) {
  const { t } = useMoreWords();
  const { origin } = usePage();
  const { me, may, roomId, nameOf, float, reply, edit, pin } = useRoomUi();
  const own = mayChange(message, me);
  const takesPart = may.send && me !== undefined;
  const copy = (text: string) => void navigator.clipboard.writeText(text).then(() => toast({ text: t('ui:copied') }));
  return (
    <MenuPanel anchor={anchor} open onOpenChange={(open) => open || onClose()} align="end" label={t('message.more')}>
      {takesPart && (
        <MenuItem icon="smile" onClick={() => float({ kind: 'reactions', message, anchor })}>
          {t('message.react')}
        </MenuItem>
      )}
      {may.send && (
        <MenuItem icon="reply" onClick={() => reply(message)}>
          {t('message.reply')}
        </MenuItem>
      )}
      {message.body !== '' && (
        <MenuItem icon="copy" onClick={() => copy(plainText(message.body, nameOf))}>
          {t('message.copy')}
        </MenuItem>
      )}
      <MenuItem icon="share" onClick={() => copy(`${origin}/rooms/${roomId}?seq=${message.seq}`)}>
        {t('message.copy_link')}
      </MenuItem>
      {may.moderate && (
        <MenuItem icon="pin" onClick={() => pin(message, true)}>
          {t('message.pin')}
        </MenuItem>
      )}
      {own && message.body !== '' && (
        <MenuItem icon="edit" onClick={() => edit(message)}>
          {t('message.edit')}
        </MenuItem>
      )}
      {(own || may.moderate) && (
        <>
          <MenuLine />
          <MenuItem icon="trash" danger onClick={() => float({ kind: 'delete-message', message })}>
            {t('message.delete')}
          </MenuItem>
        </>
      )}
      {may.moderate && message.sender.id !== me && (
        <>
          <MenuItem icon="volume" onClick={() => float({ kind: 'restrict', what: 'mute', person: message.sender })}>
            {t('person.mute', { name: message.sender.name })}
          </MenuItem>
          <MenuItem icon="shield" danger onClick={() => float({ kind: 'restrict', what: 'ban', person: message.sender })}>
            {t('person.ban', { name: message.sender.name })}
          </MenuItem>
        </>
      )}
    </MenuPanel>
  );
}
