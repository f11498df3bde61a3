import { useMemo } from 'react';
import { RichText } from '../../../i18n/rich-text.tsx';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { useRoom } from '../browser/use-room-session.ts';
import styles from './room.module.css';
import { useRoomUi } from './room-ui.ts';

/** Who is writing. Its line is always there, so that nothing jumps when someone begins. */
export function TypingLine() {
  const { t } = useTranslation('chat');
  const { session } = useRoomUi();
  const typing = useRoom(session, ({ state }) => state.typing);
  const names = useMemo(() => [...typing.values()].map(({ name }) => name), [typing]);
  const [one = '', two = ''] = names;
  const words =
    names.length === 1
      ? t('typing.one', { one })
      : names.length === 2
        ? t('typing.two', { one, two })
        : t('typing.many', { count: names.length });
  return (
    <p className={styles.typing}>
      {names.length > 0 && (
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
      )}
    </p>
  );
}
