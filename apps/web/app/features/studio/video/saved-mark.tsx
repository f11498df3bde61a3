import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import styles from '../layout/studio.module.css';
import type { SaveState } from './use-details.ts';

/** Whether what is typed is safe. */
export function SavedMark({ state }: { state: SaveState }) {
  const { t } = useTranslation('studioPages');
  return (
    <span className={styles.saved} role="status" data-state={state}>
      {state === 'saved' && <Icon name="check" size="s" />}
      {state === 'failed' && <Icon name="alert" size="s" />}
      {t(`save.${state}`)}
    </span>
  );
}
