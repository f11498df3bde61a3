import { useTranslation } from '../../../../i18n/use-translation.ts';
import { Button } from '../../../../ui/button.tsx';
import { Icon } from '../../../../ui/icon.tsx';
import styles from '../player.module.css';
import { usePlayerState, usePlayerUi } from '../use-player.ts';

/** It cannot go on: why, the way on, and what support would ask for. */
export function Failure() {
  const { t } = useTranslation('watch');
  const { player } = usePlayerUi();
  const failure = usePlayerState((state) => state.failure);
  if (failure === null) return null;
  return (
    <div className={styles.failure} role="alert">
      <Icon name="alert" size="l" />
      <p className="b6">{t(`player.failed.${failure.kind}`)}</p>
      <Button size="s" onClick={() => player?.retry()}>
        <Icon name="refresh" size="s" />
        {t('ui:try_again')}
      </Button>
      <p className={styles.code}>{failure.code}</p>
    </div>
  );
}
