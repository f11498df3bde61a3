import type { Video } from '@madang/video/contract';
import clsx from 'clsx';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import styles from './upload.module.css';

export type AssetProgress = Video['progress'];

/** One sign for each quality: ready, in the making, or to come. */
export function RungChips({ rungs }: { rungs: AssetProgress['rungs'] }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  if (rungs.length === 0) return null;
  return (
    <ul className={styles.rungs} aria-label={t('upload.qualities')}>
      {rungs
        .toSorted((a, b) => Number.parseInt(a.id, 10) - Number.parseInt(b.id, 10))
        .map(({ id, state, percent }) => (
          <li key={id} className={clsx(styles.rung, styles[state])}>
            {/^\d+$/.test(id) ? `${id}p` : id}
            {state === 'ready' && <Icon name="check" size="s" />}
            {state === 'making' && <b className="num">{format.percent(percent / 100)}</b>}
            <span className="vh">{t(`rung.${state}`)}</span>
          </li>
        ))}
    </ul>
  );
}
