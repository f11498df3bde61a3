import { type Ref, Suspense, useCallback, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Icon } from '../../../ui/icon.tsx';
import { keepDraft, readDraft } from '../browser/local-drafts.ts';
import { useRoom } from '../browser/use-room.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { roomName } from '../rooms/room-name.ts';
import styles from './composer.module.css';
import type { ComposerHandle, ComposerTarget } from './composer.tsx';
import { GuestDoor } from './guest-door.tsx';

type Composer = typeof import('./composer.tsx').Composer;

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
  const { locale } = usePage();
  const { me } = useRoomUi();
  const [Composer, setComposer] = useState<Composer>();
  const [sending, setSending] = useState(false);
  const [composing, setComposing] = useState(false);
  const composer = useRef<ComposerHandle>(null);
  const loading = useRef<Promise<void>>(undefined);
  const waiting = useRef<((handle: ComposerHandle) => void)[]>([]);

  const load = useCallback(() => {
    // All of it at once: nothing may stand between the plain field and this, where a stroke would be lost.
    loading.current ??= Promise.all([
      import('./composer.tsx'),
      import('../words/use-more-words.ts').then(({ loadMoreWords }) => loadMoreWords(locale)),
    ]).then(
      ([loaded]) => setComposer(() => loaded.Composer),
      () => {
        // The network is away: the next touch tries again.
        loading.current = undefined;
      },
    );
  }, [locale]);
  /** Now, or as soon as the composer is here. */
  const ask = (what: (handle: ComposerHandle) => void) => {
    if (composer.current !== null) what(composer.current);
    else waiting.current.push(what);
    load();
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
    if (me !== undefined || target !== null) load();
  }, [me, target, load]);

  return (
    <div className={styles.composer}>
      {me === undefined && <GuestDoor onEntered={() => ask((handle) => handle.focus())} />}
      {Composer === undefined || composing ? (
        <PlainField
          sending={sending}
          onTouch={load}
          onCompose={setComposing}
          onSend={() => {
            setSending(true);
            load();
          }}
        />
      ) : (
        <Suspense>
          <Composer ref={arrived} target={target} onTarget={onTarget} sendAtOnce={sending} />
        </Suspense>
      )}
    </div>
  );
}

interface PlainFieldProps {
  sending: boolean;
  onTouch: () => void;
  /** A syllable being put together is not taken out of a person's hands. */
  onCompose: (composing: boolean) => void;
  onSend: () => void;
}

/** The field before the composer is here: it keeps what is typed where the composer will look for it. */
function PlainField({ sending, onTouch, onCompose, onSend }: PlainFieldProps) {
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
        if (text.trim() !== '') onSend();
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
          onFocus={onTouch}
          onCompositionStart={() => onCompose(true)}
          onCompositionEnd={() => onCompose(false)}
          onChange={(event) => {
            setText(event.target.value);
            keepDraft(roomId, { text: event.target.value, picks: [] });
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (text.trim() !== '') onSend();
          }}
        />
        <button type="submit" className={styles.send} aria-label={t('composer.send')} aria-disabled={text.trim() === ''}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
