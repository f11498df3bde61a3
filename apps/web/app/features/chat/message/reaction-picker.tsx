import type { Message } from '@madang/chat/contract';
import { usePage } from '../../../shell/page.ts';
import { Chip } from '../../../ui/badge.tsx';
import { quickReaction, quickWords } from '../engine/quick-reactions.ts';
import { type Anchor, useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './emoji.module.css';
import { EmojiGrid } from './emoji-grid.tsx';
import { FloatPanel } from './float-panel.tsx';

/** Words first: they say what is meant. */
export default function ReactionPicker({ message, anchor, onClose }: { message: Message; anchor: Anchor; onClose: () => void }) {
  const { t } = useMoreWords();
  const { locale } = usePage();
  const { react } = useRoomUi();
  const mine = (reaction: string) => message.reactions.some((one) => one.reaction === reaction && one.mine);
  const choose = (reaction: string) => {
    react(message, reaction, !mine(reaction));
    onClose();
  };
  return (
    <FloatPanel anchor={anchor} onClose={onClose} label={t('message.react')}>
      <div className={styles.words}>
        {quickWords(locale).map((word, at) => {
          const reaction = quickReaction(at, locale, message.reactions);
          return (
            <Chip key={word} pressed={mine(reaction)} onClick={() => choose(reaction)}>
              {word}
            </Chip>
          );
        })}
      </div>
      <EmojiGrid onPick={choose} />
    </FloatPanel>
  );
}
