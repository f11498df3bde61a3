import { Fragment, memo } from 'react';
import { isFewEmoji, parseMessageText } from '../engine/message-text.ts';
import { useRoomUi } from '../room/room-ui.ts';
import styles from './message.module.css';

/** The words of a message: addresses become links, mentions chips, code stays code. Everything is text to React; nothing is markup. */
export const MessageText = memo(function MessageText({ body }: { body: string }) {
  const { nameOf, me } = useRoomUi();
  if (isFewEmoji(body)) return <span className={styles.large}>{body}</span>;
  return parseMessageText(body).map((piece, at) => {
    const key = String(at);
    switch (piece.kind) {
      case 'text':
        return <Fragment key={key}>{piece.text}</Fragment>;
      case 'mention':
        return (
          <span key={key} className={piece.id === me ? `${styles.at} ${styles.me}` : styles.at}>
            @{nameOf(piece.id) ?? '…'}
          </span>
        );
      case 'link':
        return (
          <a key={key} className="link" href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {piece.text}
          </a>
        );
      case 'code':
        return (
          <code key={key} className={styles.code}>
            {piece.text}
          </code>
        );
      case 'block':
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: code that is wider than the stream scrolls by keyboard
          <pre key={key} className={styles.block} tabIndex={0}>
            <code>{piece.text}</code>
          </pre>
        );
    }
    return null;
  });
});
