import type { Message } from '@madang/chat/contract';
import { useRef } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useRoomUi } from '../room/room-ui.ts';
import styles from './message.module.css';

/** The four things nearest at hand; the rest is behind the last one. */
export function MessageActions({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  const { float, reply, may, me, pin } = useRoomUi();
  const bar = useRef<HTMLDivElement>(null);
  const takesPart = may.send && me !== undefined;
  return (
    <div ref={bar} className={styles.actions} role="toolbar" aria-label={t('message.actions')}>
      {takesPart && (
        <IconButton
          icon="smile"
          size="s"
          label={t('message.react')}
          aria-haspopup="dialog"
          onClick={() => float({ kind: 'reactions', message, anchor: bar })}
        />
      )}
      {may.send && <IconButton icon="reply" size="s" label={t('message.reply')} onClick={() => reply(message)} />}
      {may.moderate && <IconButton icon="pin" size="s" label={t('message.pin')} onClick={() => pin(message, true)} />}
      <IconButton
        icon="more"
        size="s"
        label={t('message.more')}
        aria-haspopup="menu"
        onClick={() => float({ kind: 'message-menu', message, anchor: bar })}
      />
    </div>
  );
}
