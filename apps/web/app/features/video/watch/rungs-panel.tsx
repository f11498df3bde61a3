import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Progress as Bar } from '../../../ui/surfaces.tsx';
import type { Progress } from './use-progress.ts';
import styles from './watch.module.css';

/** It plays while better qualities are being made: which, and how far. */
export default function RungsPanel({ progress, rung }: { progress: Progress; rung: number | null }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const rungs = progress.rungs.toSorted((a, b) => Number(a.id) - Number(b.id));
  if (rungs.length === 0) return null;
  const best = rung ?? Number(rungs.findLast((one) => one.state === 'ready')?.id ?? rungs[0]?.id);
  const making = rungs.findIndex((one) => one.state === 'making');
  return (
    <section className={styles.rungs} aria-label={t('rungs.title')}>
      <div className={styles.rungsText}>
        <h2>{t('rungs.title')}</h2>
        <p className="t13 dim">{t('rungs.text', { rung: `${best}p` })}</p>
      </div>
      <ul>
        {rungs.map(({ id, state, percent }, at) => {
          const watched = rung === Number(id);
          const eta = state === 'making' && progress.etaSeconds !== null && at === making ? etaWords(t, progress.etaSeconds) : undefined;
          return (
            <li key={id} className={styles[`rung_${state}`]}>
              <b>{id}p</b>
              <span className="t12 num">
                {watched
                  ? t('rungs.watched')
                  : state === 'ready'
                    ? t('rungs.ready')
                    : state === 'waiting'
                      ? t('rungs.waiting')
                      : [format.percent(percent / 100), eta].filter(Boolean).join(' · ')}
              </span>
              <Bar label={`${id}p`} value={state === 'ready' ? 1 : percent / 100} state={state === 'ready' ? 'ok' : undefined} />
            </li>
          );
        })}
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
