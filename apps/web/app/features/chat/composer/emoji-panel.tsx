import { EmojiGrid } from '../message/emoji-grid.tsx';
import { FloatPanel } from '../message/float-panel.tsx';
import type { Anchor } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

interface EmojiPanelProps {
  anchor: Anchor;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onPick: (emoji: string) => void;
}

export default function EmojiPanel({ anchor, open, onOpenChange, onPick }: EmojiPanelProps) {
  const { t } = useMoreWords();
  return (
    <FloatPanel anchor={anchor} open={open} onClose={() => onOpenChange(false)} label={t('emoji.open')}>
      <EmojiGrid
        onPick={(emoji) => {
          onOpenChange(false);
          onPick(emoji);
        }}
      />
    </FloatPanel>
  );
}
