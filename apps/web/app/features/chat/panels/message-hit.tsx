import type { Message } from '@madang/chat/contract';
import { Avatar } from '../../../ui/avatar.tsx';
import { Time } from '../../../ui/time.tsx';
import { plainText } from '../engine/message-text.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './panels.module.css';

/** A message somewhere in the room; a press goes there. */
export function MessageHit({ message, words = [], onDone }: { message: Message; words?: readonly string[]; onDone: () => void }) {
  const { t } = useMoreWords();
  const { jump, nameOf } = useRoomUi();
  const name = message.sender.name || t('person.left');
  return (
    <button
      type="button"
      className={styles.hit}
      onClick={() => {
        jump(message.seq);
        onDone();
      }}
    >
      <Avatar person={{ ...message.sender, name }} size="s" />
      <span className={styles.who}>
        <span className="trunc">{name}</span>
        <Time at={message.createdAt} as="date" />
      </span>
      <span className={styles.said}>
        <Marked text={plainText(message.body, nameOf) || t('message.file')} words={words} />
      </span>
    </button>
  );
}

/** The text from a little before the first word found, with the words marked. */
function Marked({ text, words }: { text: string; words: readonly string[] }) {
  if (words.length === 0) return text;
  const pattern = new RegExp(`(${words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'iu');
  const first = text.search(pattern);
  const shown = first > 40 ? `…${text.slice(first - 24)}` : text;
  return shown.split(new RegExp(pattern, 'giu')).map((piece, at) => {
    const key = String(at);
    return at % 2 === 1 ? <mark key={key}>{piece}</mark> : <span key={key}>{piece}</span>;
  });
}
