import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Progress as Bar } from '../../../ui/surfaces.tsx';
import { type RungsNow, rungsShown } from './rungs-shown.ts';
import type { Progress } from './settled.ts';
import styles from './watch.module.css';

/** It plays while the rest is being made: better qualities, or the film's own end. */
export default function RungsPanel({ progress, now }: { progress: Progress; now: RungsNow }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const rungs = rungsShown(progress.rungs, now);
  const best = now.playing ?? Math.max(...progress.rungs.map(({ id }) => Number(id)));
  const eta = progress.etaSeconds === null ? undefined : etaWords(t, progress.etaSeconds);
  if (rungs === undefined) {
    const ratio = progress.percent / 100;
    return (
      <section className={styles.rungs} aria-label={t('rungs.whole')}>
        <div className={styles.rungsText}>
          <h2>{t('rungs.whole')}</h2>
          <p className="t13 dim">{t('rungs.whole_text')}</p>
        </div>
        <div className={styles.whole}>
          <p className="t13 dim num">{[format.percent(ratio), eta].filter(Boolean).join(' · ')}</p>
          <Bar label={t('rungs.whole')} value={ratio} />
        </div>
      </section>
    );
  }
  const first = rungs.findIndex((one) => one.state === 'making');
  return (
    <section className={styles.rungs} aria-label={t('rungs.title')}>
      <div className={styles.rungsText}>
        <h2>{t('rungs.title')}</h2>
        <p className="t13 dim">{t('rungs.text', { rung: `${best}p` })}</p>
      </div>
      <ul>
        {rungs.map(({ id, state, percent }, at) => (
          <li key={id} className={styles[`rung_${state}`]}>
            <b>{id}p</b>
            <span className="t12 num">
              {now.playing === Number(id)
                ? t('rungs.watched')
                : state === 'ready'
                  ? t('rungs.ready')
                  : state === 'waiting'
                    ? t('rungs.waiting')
                    : [format.percent(percent / 100), at === first ? eta : undefined].filter(Boolean).join(' · ')}
            </span>
            <Bar label={`${id}p`} value={state === 'ready' ? 1 : percent / 100} state={state === 'ready' ? 'ok' : undefined} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type Words = ReturnType<typeof useTranslation<'watch'>>['t'];

/** As far as an estimate goes: minutes, and seconds in tens. */
export function etaWords(t: Words, seconds: number): string {
  if (seconds >= 90) return t('rungs.eta_minutes', { count: Math.round(seconds / 60) });
  return t('rungs.eta_seconds', { count: Math.max(10, Math.ceil(seconds / 10) * 10) });
}
