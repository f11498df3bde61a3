import type { Message } from '@madang/chat/contract';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { reactionWord } from '../engine/quick-reactions.ts';
import { useRoomUi } from '../room/room-ui.ts';
import styles from './message.module.css';

/** What others answered with one tap; a tap joins them or takes it back. */
export function MessageReactions({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  const { locale } = usePage();
  const { react, me } = useRoomUi();
  return (
    <div className={styles.reactions}>
      {message.reactions.map(({ reaction, count, mine }) => {
        const word = reactionWord(reaction, locale);
        return (
          <button
            key={reaction}
            type="button"
            aria-pressed={mine}
            disabled={me === undefined}
            title={mine ? t('reaction.mine', { count }) : t('reaction.count', { count })}
            onClick={() => react(message, reaction, !mine)}
          >
            {word} <b>{count}</b>
          </button>
        );
      })}
    </div>
  );
}
