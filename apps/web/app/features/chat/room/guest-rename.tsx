import { type FormEvent, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { usePage, useReload } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/field.tsx';
import { FloatPanel } from '../message/float-panel.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './room.module.css';
import type { Anchor } from './room-ui.ts';

const NAME_MOST = 40;

/** Another name for a guest; what they said before carries it too. */
export default function GuestRename({ anchor, onClose, onDone }: { anchor: Anchor; onClose: () => void; onDone: () => void }) {
  const { t } = useMoreWords();
  const { person } = usePage();
  const reload = useReload();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const rename = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name === '' || name === person?.name) return onClose();
    setBusy(true);
    setProblem(undefined);
    try {
      await api('PATCH /api/v1/users/me', { body: { name } });
      await reload();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.field('name') ?? (error.document.message || t('guest.failed')));
      setBusy(false);
    }
  };
  return (
    <FloatPanel anchor={anchor} onClose={onClose} label={t('guest.rename')}>
      <form className={styles.rename} onSubmit={(event) => void rename(event)}>
        <TextField
          label={t('guest.name')}
          name="name"
          defaultValue={person?.name}
          maxLength={NAME_MOST}
          autoComplete="nickname"
          error={problem}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {t('save')}
        </Button>
      </form>
    </FloatPanel>
  );
}
