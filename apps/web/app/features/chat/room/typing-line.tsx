import { useMemo } from 'react';
import { RichText } from '../../../i18n/rich-text.tsx';
import { useRoom } from '../browser/use-room.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { GuestNote } from './guest-note.tsx';
import styles from './room.module.css';
import { useRoomUi } from './room-ui.ts';

/** Who is writing; when no one is, a guest reads under which name they would. */
export default function TypingLine() {
  const { t } = useMoreWords();
  const { open } = useRoomUi();
  const typing = useRoom(open, ({ state }) => state.typing);
  const names = useMemo(() => [...typing.values()].map(({ name }) => name), [typing]);
  const [one = '', two = ''] = names;
  const words =
    names.length === 1
      ? t('typing.one', { one })
      : names.length === 2
        ? t('typing.two', { one, two })
        : t('typing.many', { count: names.length });
  if (names.length === 0) return <GuestNote />;
  return (
    <>
      <span className={styles.dots} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className="trunc">
        <RichText text={words} parts={{ b: (name) => <b>{name}</b> }} />
      </span>
    </>
  );
}
