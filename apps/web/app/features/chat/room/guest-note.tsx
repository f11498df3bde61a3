import { lazy, Suspense, useRef, useState } from 'react';
import { RichText } from '../../../i18n/rich-text.tsx';
import { usePage } from '../../../shell/page.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './room.module.css';

const GuestRename = lazy(() => import('./guest-rename.tsx'));

const SEEN = 'madang.guest-name';
const seen = (): boolean => {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
};
const keepSeen = () => {
  try {
    localStorage.setItem(SEEN, '1');
  } catch {
    // It is said once more the next time.
  }
};

/** Under which name a guest talks, and the way to change it; until they have seen it. In the line that is there anyway. */
export function GuestNote() {
  const { t } = useMoreWords();
  const { person } = usePage();
  const [closed, setClosed] = useState(seen);
  const [naming, setNaming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (person === null || !person.guest || closed) return null;
  const close = () => {
    keepSeen();
    setClosed(true);
  };
  return (
    <span className={styles.guest}>
      <span className="trunc">
        <RichText text={t('guest.as', { name: person.name })} parts={{ b: (name) => <b>{name}</b> }} />
      </span>
      <button ref={button} type="button" aria-haspopup="dialog" aria-expanded={naming} onClick={() => setNaming(true)}>
        {t('guest.rename')}
      </button>
      <IconButton icon="close" size="s" label={t('ui:close')} onClick={close} />
      {naming && (
        <Suspense>
          <GuestRename anchor={button} onClose={() => setNaming(false)} onDone={close} />
        </Suspense>
      )}
    </span>
  );
}
