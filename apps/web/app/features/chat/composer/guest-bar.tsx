import { type FormEvent, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { RichText } from '../../../i18n/rich-text.tsx';
import { usePage, useReload } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './composer.module.css';

const SEEN = 'madang.guest-name';
const seen = (): boolean => {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true;
  }
};
const keepSeen = () => {
  try {
    localStorage.setItem(SEEN, '1');
  } catch {
    // It is said once more the next time.
  }
};

/** Under which name a guest talks, and how to change it; until they have seen it. */
export function GuestBar({ onDone }: { onDone: () => void }) {
  const { t } = useMoreWords();
  const { person } = usePage();
  const reload = useReload();
  const [closed, setClosed] = useState(() => import.meta.env.SSR || seen());
  const [naming, setNaming] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  if (person === null || !person.guest || (closed && !naming)) return null;

  const close = () => {
    keepSeen();
    setClosed(true);
    setNaming(false);
  };
  const rename = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name === '' || name === person.name) return setNaming(false);
    setBusy(true);
    setProblem(undefined);
    try {
      await api('PATCH /api/v1/users/me', { body: { name } });
      await reload();
      close();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.field('name') ?? (error.document.message || t('guest.failed')));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.guest}>
      <Avatar person={person} size="s" />
      {naming ? (
        <form className="row grow" onSubmit={(event) => void rename(event)}>
          <label className="grow">
            <span className="vh">{t('guest.name')}</span>
            <input
              className="in"
              name="name"
              defaultValue={person.name}
              maxLength={40}
              // biome-ignore lint/a11y/noAutofocus: the person just asked to write here
              autoFocus
              autoComplete="nickname"
              aria-invalid={problem !== undefined || undefined}
            />
            {problem && (
              <span className={styles.problem} role="alert">
                {problem}
              </span>
            )}
          </label>
          <Button size="s" type="submit" kind="primary" busy={busy}>
            {t('save')}
          </Button>
          <IconButton icon="close" size="s" label={t('cancel')} onClick={() => setNaming(false)} />
        </form>
      ) : (
        <>
          <span className="grow">
            <RichText text={t('guest.as', { name: person.name })} parts={{ b: (name) => <b>{name}</b> }} />
          </span>
          <Button size="s" kind="quiet" onClick={() => setNaming(true)}>
            {t('guest.rename')}
          </Button>
          <IconButton icon="close" size="s" label={t('ui:close')} onClick={close} />
        </>
      )}
    </div>
  );
}
