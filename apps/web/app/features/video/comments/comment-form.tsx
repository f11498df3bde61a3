import { type FormEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import styles from './comments.module.css';

interface CommentFormProps {
  /** Under which an unsent text is kept for this tab; without one nothing is kept. */
  draftKey?: string;
  label: string;
  placeholder?: string;
  initial?: string;
  /** Opened by a press: it takes the focus, and can be given up. */
  onCancel?: () => void;
  sendLabel?: string;
  onSend: (body: string) => void;
}

const LENGTH = 5000;

/** Grows with what is typed. Enter breaks the line, Ctrl or ⌘ with it sends. */
export function CommentForm({ draftKey, label, placeholder, initial = '', onCancel, sendLabel, onSend }: CommentFormProps) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const [text, setText] = useState(initial);
  const [open, setOpen] = useState(onCancel !== undefined);
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (draftKey !== undefined) setText((before) => before || (sessionStorage.getItem(draftKey) ?? ''));
  }, [draftKey]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as high as the text
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(320, area.scrollHeight + 2)}px`;
  }, [text]);
  const cancelling = onCancel !== undefined;
  useEffect(() => {
    const area = field.current;
    if (!cancelling || area === null) return;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }, [cancelling]);

  const change = (next: string) => {
    setText(next);
    if (draftKey === undefined) return;
    if (next === '') sessionStorage.removeItem(draftKey);
    else sessionStorage.setItem(draftKey, next);
  };
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const body = text.trim();
    if (body === '') return;
    onSend(body);
    change('');
    setOpen(false);
    onCancel?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
    else if (event.key === 'Escape' && onCancel !== undefined) onCancel();
    else return;
    event.preventDefault();
  };
  return (
    <form className={styles.form} onSubmit={send}>
      {person !== null && <Avatar person={person} size={cancelling ? 's' : 'm'} />}
      <div className="grow">
        <textarea
          ref={field}
          className="in"
          rows={1}
          maxLength={LENGTH}
          value={text}
          aria-label={label}
          placeholder={placeholder}
          onFocus={() => setOpen(true)}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {(open || text !== '') && (
          <div className={styles.formActs}>
            <Button
              size="s"
              kind="quiet"
              onClick={() => {
                change('');
                setOpen(false);
                onCancel?.();
              }}
            >
              {t('cancel')}
            </Button>
            <Button size="s" kind="primary" type="submit" disabled={text.trim() === ''}>
              {sendLabel ?? t('comments.send')}
            </Button>
          </div>
        )}
      </div>
    </form>
  );
}
