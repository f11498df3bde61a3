import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from '../i18n/use-translation.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

const loadPalette = () => import('./palette.tsx');
const Palette = lazy(loadPalette);

/** Opens the command palette; so does ⌘K or Ctrl+K anywhere. */
export function SearchBox() {
  const { t } = useTranslation('shell');
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const show = () => {
    setWanted(true);
    setOpen(true);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.isComposing) return;
      event.preventDefault();
      setWanted(true);
      setOpen((was) => !was);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const warm = () => void loadPalette();
  return (
    <>
      <button
        type="button"
        className="searchbox"
        onClick={show}
        onPointerEnter={warm}
        onFocus={warm}
        aria-haspopup="dialog"
        aria-keyshortcuts="Meta+K Control+K"
      >
        <Icon name="search" size="s" />
        <span className="trunc">{t('search.open')}</span>
        <span aria-hidden="true" className="end">
          <kbd>⌘ K</kbd>
        </span>
      </button>
      <span className="only-phone">
        <IconButton icon="search" label={t('search.open')} onClick={show} aria-haspopup="dialog" />
      </span>
      {wanted && (
        <Suspense>
          <Palette open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
