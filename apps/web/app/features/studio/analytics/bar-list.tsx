import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import styles from './analytics.module.css';

interface BarListProps {
  title: string;
  items: readonly { readonly key: string; readonly name: string; readonly value: number }[];
  say: (value: number) => string;
}

const MOST = 8;

/** Shares of a whole, the largest first. The figures stand beside the bars, so they need no table behind them. */
export function BarList({ title, items, say }: BarListProps) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const sum = items.reduce((total, { value }) => total + value, 0);
  const shown = items
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => b.value - a.value)
    .slice(0, MOST);
  return (
    <section className={`card ${styles.part}`}>
      <h2>{title}</h2>
      {shown.length === 0 ? (
        <p className="t13 dim">{t('analytics.none')}</p>
      ) : (
        <ul className={styles.bars}>
          {shown.map(({ key, name, value }) => (
            <li key={key}>
              <span className="trunc">{name}</span>
              <span className="num mut">{say(value)}</span>
              <b className="num">{format.percent(value / sum)}</b>
              <i aria-hidden="true">
                <i style={{ width: `${(value / sum) * 100}%` }} />
              </i>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
