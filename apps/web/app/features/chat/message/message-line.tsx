import type { Message } from '@madang/chat/contract';
import clsx from 'clsx';
import { memo, useRef } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Time } from '../../../ui/time.tsx';
import { plainText } from '../engine/message-text.ts';
import type { ReplyTarget } from '../engine/room-state.ts';
import { useRoomUi } from '../room/room-ui.ts';
import styles from './message.module.css';
import { MessageActions } from './message-actions.tsx';
import { MessageFiles } from './message-files.tsx';
import { MessageReactions } from './message-reactions.tsx';
import { MessageText } from './message-text.tsx';
import { useLongPress } from './use-long-press.ts';

interface MessageLineProps {
  /** Names the line in the stream. */
  lineKey: string;
  message: Message;
  /** Stands under its sender's name, or under a message that does. */
  first: boolean;
  own: boolean;
  /** Hovered or focused: shows what can be done with it. */
  active: boolean;
  focused: boolean;
  editing: boolean;
}

const CHIPS = { super_admin: 'accent', zone_admin: 'accent', org_admin: 'accent', teacher: 'accent', guest: undefined } as const;

/** One message. */
export const MessageLine = memo(function MessageLine({ lineKey, message, first, own, active, focused, editing }: MessageLineProps) {
  const { t } = useTranslation('chat');
  const { float, me, nameOf } = useRoomUi();
  const line = useRef<HTMLLIElement>(null);
  const who = useRef<HTMLButtonElement>(null);
  const { sender, deletedAt } = message;
  const name = sender.name || t('person.left');
  const gone = deletedAt !== null;
  const press = useLongPress(() => !gone && float({ kind: 'message-menu', message, anchor: line }));
  const role = sender.guest ? 'guest' : sender.role;
  const mentioned = me !== undefined && message.mentions.includes(me);
  return (
    <li
      ref={line}
      className={clsx(
        styles.message,
        first && styles.first,
        own && styles.own,
        active && styles.active,
        focused && styles.focus,
        editing && styles.editing,
        mentioned && styles.mentioned,
      )}
      data-line={lineKey}
      data-seq={message.seq}
      tabIndex={-1}
      {...press}
    >
      {first ? (
        <button
          ref={who}
          type="button"
          className={styles.face}
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => float({ kind: 'person', person: sender, anchor: who })}
        >
          <Avatar person={{ ...sender, name }} />
        </button>
      ) : (
        <span className={styles.time} aria-hidden="true">
          <Time at={message.createdAt} />
        </span>
      )}
      <div className={styles.content}>
        {first ? (
          <div className={styles.who}>
            <button type="button" onClick={() => float({ kind: 'person', person: sender, anchor: line })}>
              {name}
            </button>
            {role in CHIPS && <Badge kind={CHIPS[role as keyof typeof CHIPS]}>{t(`shell:role.${role}`)}</Badge>}
            <Time at={message.createdAt} />
          </div>
        ) : (
          <span className="vh">
            {name} <Time at={message.createdAt} />
          </span>
        )}
        {message.replyTo && <Reply target={message.replyTo} nameOf={nameOf} />}
        {gone ? (
          <p className={styles.gone}>{t('message.deleted')}</p>
        ) : (
          message.body !== '' && (
            <div className={styles.text}>
              <MessageText body={message.body} />
              {message.editedAt !== null && <span className={styles.edited}>{t('message.edited')}</span>}
            </div>
          )
        )}
        {message.files.length > 0 && <MessageFiles files={message.files} />}
        {message.reactions.length > 0 && <MessageReactions message={message} />}
      </div>
      {active && !gone && <MessageActions message={message} />}
    </li>
  );
});

function Reply({ target, nameOf }: { target: ReplyTarget; nameOf: (id: string) => string | undefined }) {
  const { t } = useTranslation('chat');
  const { jump } = useRoomUi();
  return (
    <button type="button" className={styles.reply} onClick={() => jump(target.seq)} title={t('message.to_answered')}>
      <Icon name="reply" size="s" />
      <b>{target.sender.name || t('person.left')}</b>
      <span className="trunc">{target.deleted ? t('message.deleted') : plainText(target.body, nameOf) || t('message.file')}</span>
    </button>
  );
}
