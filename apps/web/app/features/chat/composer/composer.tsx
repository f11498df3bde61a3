import type { Message } from '@madang/chat/contract';
import clsx from 'clsx';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type Ref,
  Suspense,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { session as entrance } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { RichText } from '../../../i18n/rich-text.tsx';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { toast } from '../../../ui/toast.ts';
import { EMPTY_DRAFT, keepDraft, readDraft } from '../browser/local-drafts.ts';
import { useRoom } from '../browser/use-room.ts';
import { bodyOfDraft, type Draft, draftOfBody, lengthOf, mentionAtCaret, withPick } from '../engine/draft.ts';
import { plainText } from '../engine/message-text.ts';
import { mayChange, useRoomUi } from '../room/room-ui.ts';
import { roomName } from '../rooms/room-name.ts';
import { useMoreWords } from '../words/use-more-words.ts';
// Comes along, so that what is sent shows at once.
import '../message/pending-line.tsx';
import { AttachmentList } from './attachment-list.tsx';
import styles from './composer.module.css';
import { useAttachments } from './use-attachments.ts';
import { useMentions } from './use-mentions.ts';
import { useSlowMode } from './use-slow-mode.ts';

const EmojiPanel = lazy(() => import('./emoji-panel.tsx'));

const MOST = 4_000;
/** The count is said from here on. */
const NEAR_MOST = 3_600;
const DRAFT_MS = 300;

export interface ComposerHandle {
  focus(): void;
  mention(person: { id: string; name: string }): void;
  attach(files: Iterable<File>): void;
}
/** The message answered or mended. */
export interface ComposerTarget {
  readonly kind: 'reply' | 'edit';
  readonly message: Message;
}

interface ComposerProps {
  ref: Ref<ComposerHandle>;
  target: ComposerTarget | null;
  onTarget: (target: ComposerTarget | null) => void;
  /** What was typed before this was here is to be sent as it stands. */
  sendAtOnce: boolean;
}

export function Composer({ ref, target, onTarget, sendAtOnce }: ComposerProps) {
  const { t } = useMoreWords();
  const { locale } = usePage();
  const { open, session, roomId, me, nameOf, write: toRoom } = useRoomUi();
  const room = useRoom(open, (model) => model.room);
  const attachments = useAttachments(roomId);
  const [draft, setDraft] = useState<Draft>(() => readDraft(roomId));
  const [caret, setCaret] = useState(0);
  const [shut, setShut] = useState<number>();
  const [choice, setChoice] = useState(0);
  const [emoji, setEmoji] = useState<boolean>();
  const [entering, setEntering] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const emojiButton = useRef<HTMLButtonElement>(null);
  const unedited = useRef<Draft>(EMPTY_DRAFT);
  const id = useId();
  const slow = useSlowMode();

  const editing = target?.kind === 'edit' ? target.message : undefined;
  const at = mentionAtCaret(draft.text, caret);
  const offered = useMentions(at !== undefined && at.start !== shut ? at.query : undefined);
  const active = Math.min(choice, offered.length - 1);
  const length = lengthOf(draft.text);
  const blank = draft.text.trim() === '';
  const files = attachments.list.length > 0;
  const mayPress = !entering && length <= MOST && (editing ? !blank : (files ? attachments.ready : !blank) && slow === 0);

  const write = (next: Draft, at?: number) => {
    setDraft(next);
    if (at === undefined) return;
    setCaret(at);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(at, at);
    });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it takes the place of the plain field, before another stroke falls
  useLayoutEffect(() => {
    if (sendAtOnce) void send();
    // On a phone the keyboard would cover the room one came to read.
    if (matchMedia('(pointer: fine)').matches || me === undefined || sendAtOnce) field.current?.focus({ preventScroll: true });
    const end = draft.text.length;
    field.current?.setSelectionRange(end, end);
  }, []);
  useEffect(() => {
    if (editing !== undefined) return;
    const timer = setTimeout(() => keepDraft(roomId, draft), DRAFT_MS);
    return () => {
      clearTimeout(timer);
      keepDraft(roomId, draft);
    };
  }, [roomId, draft, editing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is mended comes into the field once, when it is chosen
  useEffect(() => {
    if (editing === undefined) return;
    unedited.current = draft;
    const mended = draftOfBody(editing.body, nameOf);
    write(mended, mended.text.length);
    return () => setDraft(unedited.current);
  }, [editing]);
  useEffect(() => {
    if (target !== null) field.current?.focus();
  }, [target]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the words
  useLayoutEffect(() => {
    const box = field.current;
    if (box === null || CSS.supports('field-sizing', 'content')) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }, [draft.text]);

  const insert = (text: string) => {
    const from = field.current?.selectionStart ?? draft.text.length;
    const to = field.current?.selectionEnd ?? from;
    write({ ...draft, text: draft.text.slice(0, from) + text + draft.text.slice(to) }, from + text.length);
  };
  const pick = (chosen: { id: string; name: string }) => {
    if (at === undefined) return;
    const next = withPick(draft, at, { id: chosen.id, name: chosen.name });
    write(next.draft, next.caret);
  };
  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    attach: attachments.add,
    mention: (someone) => {
      const text = `${draft.text}${draft.text === '' || draft.text.endsWith(' ') ? '' : ' '}@${someone.name} `;
      write({ text, picks: [...draft.picks.filter((one) => one.id !== someone.id), { id: someone.id, name: someone.name }] }, text.length);
    },
  }));

  const send = async () => {
    if (!mayPress) return;
    if (editing !== undefined) {
      const body = bodyOfDraft(draft);
      onTarget(null);
      if (body !== editing.body) session?.edit(editing, body).catch(refusal);
      return;
    }
    if (me === undefined) {
      setEntering(true);
      try {
        await entrance().ensurePerson(locale);
      } catch (error) {
        return refusal(error);
      } finally {
        setEntering(false);
      }
    }
    const answered = target?.message;
    const replyTo = answered && { id: answered.id, seq: answered.seq, sender: answered.sender, body: answered.body, deleted: false };
    toRoom({ body: bodyOfDraft(draft), replyTo: replyTo ?? null, files: attachments.take() });
    session?.typed(false);
    setDraft(EMPTY_DRAFT);
    keepDraft(roomId, EMPTY_DRAFT);
    onTarget(null);
    field.current?.focus();
  };
  const refusal = (error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error;
    toast({ text: error.document.message || t('failed'), urgent: true });
  };

  const mendLast = () => {
    const { timeline } = open.store.get().state;
    for (let seq = timeline.seq; seq > timeline.seq - 100; seq--) {
      const message = timeline.messages.get(seq);
      if (message !== undefined && mayChange(message, me) && message.body !== '') return onTarget({ kind: 'edit', message });
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter that ends a Hangul syllable or picks a kanji is the input method's.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (offered.length > 0) {
      const chosen = offered[active];
      if (event.key === 'ArrowDown') setChoice((active + 1) % offered.length);
      else if (event.key === 'ArrowUp') setChoice((active - 1 + offered.length) % offered.length);
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) pick(chosen);
      else if (event.key === 'Escape') setShut(at?.start);
      else return;
    } else if (event.key === 'Enter' && !event.shiftKey) void send();
    else if (event.key === 'Escape' && target !== null) onTarget(null);
    else if (event.key === 'ArrowUp' && draft.text === '' && !files) mendLast();
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (pasted.length === 0) return;
    event.preventDefault();
    attachments.add(pasted);
  };

  return (
    <>
      {offered.length > 0 && (
        <div className={styles.offers} role="listbox" id={`${id}-people`} aria-label={t('mention.label')}>
          {offered.map((one, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and takes the keys
            <div
              key={one.id}
              id={`${id}-person-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className="menu-item"
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setChoice(index)}
              onClick={() => pick(one)}
            >
              <Avatar person={one} size="s" />
              <span className="trunc">{one.name}</span>
              <span className="end">{t(`shell:role.${one.guest ? 'guest' : one.role}`)}</span>
            </div>
          ))}
        </div>
      )}
      <form
        className={styles.box}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {target !== null && (
          <div className={styles.target}>
            <Icon name={target.kind} size="s" />
            <span className="trunc grow">
              {target.kind === 'edit' ? (
                <b>{t('composer.editing')}</b>
              ) : (
                <>
                  <RichText text={t('composer.replying', { name: target.message.sender.name })} parts={{ b: (name) => <b>{name}</b> }} />{' '}
                  <span className="dim">{plainText(target.message.body, nameOf)}</span>
                </>
              )}
            </span>
            <IconButton
              icon="close"
              size="s"
              label={target.kind === 'edit' ? t('composer.stop_editing') : t('composer.no_reply')}
              onClick={() => onTarget(null)}
            />
          </div>
        )}
        {files && <AttachmentList attachments={attachments} />}
        <div className={styles.line}>
          <IconButton icon="attach" label={t('file.attach')} disabled={editing !== undefined} onClick={() => picker.current?.click()} />
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={t('file.attach')}
            onChange={(event) => {
              attachments.add(event.currentTarget.files ?? []);
              event.currentTarget.value = '';
            }}
          />
          <textarea
            ref={field}
            rows={1}
            value={draft.text}
            aria-label={t('composer.label')}
            placeholder={t('composer.placeholder', { room: roomName(room) })}
            enterKeyHint="send"
            aria-autocomplete="list"
            aria-controls={offered.length > 0 ? `${id}-people` : undefined}
            aria-activedescendant={offered.length > 0 ? `${id}-person-${active}` : undefined}
            aria-describedby={length >= NEAR_MOST || slow > 0 ? `${id}-note` : undefined}
            onChange={(event) => {
              setDraft({ ...draft, text: event.target.value });
              setCaret(event.target.selectionStart);
              setShut(undefined);
              setChoice(0);
              if (editing === undefined) session?.typed(event.target.value !== '');
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
          <IconButton
            ref={emojiButton}
            className="hide-phone"
            icon="smile"
            label={t('emoji.open')}
            aria-haspopup="dialog"
            aria-expanded={emoji === true}
            onClick={() => setEmoji(emoji !== true)}
          />
          <button
            type="submit"
            className={styles.send}
            aria-label={editing ? t('save') : t('composer.send')}
            title={editing ? t('save') : t('composer.send')}
            aria-disabled={!mayPress}
          >
            <Icon name={editing ? 'check' : 'send'} />
          </button>
        </div>
        {(length >= NEAR_MOST || slow > 0) && (
          <p id={`${id}-note`} className={clsx(styles.note, length > MOST && styles.problem)} role="status">
            {length >= NEAR_MOST ? t('composer.length', { count: length, most: MOST }) : t('composer.slow', { count: slow })}
          </p>
        )}
      </form>
      {emoji !== undefined && (
        <Suspense>
          <EmojiPanel anchor={emojiButton} open={emoji} onOpenChange={setEmoji} onPick={insert} />
        </Suspense>
      )}
    </>
  );
}
