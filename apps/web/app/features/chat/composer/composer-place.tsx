import { lazy, type Ref, Suspense, useCallback, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import { keepDraft, readDraft } from '../browser/local-drafts.ts';
import { useRoom } from '../browser/use-room.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { roomName } from '../rooms/room-name.ts';
import styles from './composer.module.css';
import type { ComposerHandle, ComposerTarget } from './composer.tsx';
import { GuestDoor } from './guest-door.tsx';

const Composer = lazy(async () => ({ default: (await import('./composer.tsx')).Composer }));

interface ComposerPlaceProps {
  ref: Ref<ComposerHandle>;
  target: ComposerTarget | null;
  onTarget: (target: ComposerTarget | null) => void;
}

/**
 * Where one writes. Whoever only reads loads no more than a field that looks like it: the composer itself comes with the first
 * touch, or once someone is here who writes, and takes over what was typed meanwhile.
 */
export function ComposerPlace({ ref, target, onTarget }: ComposerPlaceProps) {
  const { me } = useRoomUi();
  const [wanted, setWanted] = useState<'no' | 'open' | 'send'>('no');
  const composer = useRef<ComposerHandle>(null);
  const waiting = useRef<((handle: ComposerHandle) => void)[]>([]);
  /** Now, or as soon as the composer is here. */
  const ask = (what: (handle: ComposerHandle) => void) => {
    if (composer.current !== null) what(composer.current);
    else waiting.current.push(what);
    setWanted((now) => (now === 'no' ? 'open' : now));
  };
  useImperativeHandle(ref, () => ({
    focus: () => ask((handle) => handle.focus()),
    mention: (person) => ask((handle) => handle.mention(person)),
    attach: (files) => ask((handle) => handle.attach(files)),
  }));
  const arrived = useCallback((handle: ComposerHandle | null) => {
    composer.current = handle;
    if (handle !== null) for (const what of waiting.current.splice(0)) what(handle);
  }, []);
  useEffect(() => {
    if (me !== undefined || target !== null) setWanted((now) => (now === 'no' ? 'open' : now));
  }, [me, target]);

  const field = <PlainField onWanted={setWanted} sending={wanted === 'send'} />;
  return (
    <div className={styles.composer}>
      {me === undefined && <GuestDoor onEntered={() => ask((handle) => handle.focus())} />}
      {wanted === 'no' ? (
        field
      ) : (
        <Suspense fallback={field}>
          <Composer ref={arrived} target={target} onTarget={onTarget} sendAtOnce={wanted === 'send'} />
        </Suspense>
      )}
    </div>
  );
}

/** The field before the composer is here: it keeps what is typed where the composer will look for it. */
function PlainField({ onWanted, sending }: { onWanted: (wanted: 'open' | 'send') => void; sending: boolean }) {
  const { t } = useTranslation('chat');
  const { open, roomId } = useRoomUi();
  const name = useRoom(open, ({ room }) => roomName(room));
  const [text, setText] = useState('');
  useEffect(() => setText(readDraft(roomId).text), [roomId]);
  return (
    <form
      className={styles.box}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') onWanted('send');
      }}
    >
      <div className={styles.line}>
        <span className="iconb" aria-hidden="true">
          <Icon name="attach" />
        </span>
        <textarea
          rows={1}
          value={text}
          readOnly={sending}
          aria-label={t('composer.label')}
          placeholder={t('composer.placeholder', { room: name })}
          enterKeyHint="send"
          onFocus={() => onWanted('open')}
          onChange={(event) => {
            setText(event.target.value);
            keepDraft(roomId, { text: event.target.value, picks: [] });
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (text.trim() !== '') onWanted('send');
          }}
        />
        <button type="submit" className={styles.send} aria-label={t('composer.send')} aria-disabled={text.trim() === ''}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
