import type { Video } from '@madang/video/contract';
import { useState } from 'react';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Table } from '../../../ui/surfaces.tsx';
import { clockOf } from '../layout/use-durations.ts';
import styles from './analytics.module.css';
import { LinePlot } from './line-plot.tsx';

/** How many are still watching, moment by moment, above what they see there. */
export function RetentionPlot({ video, retention }: { video: Video; retention: readonly number[] }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const [at, setAt] = useState<number>();
  const made = video.status === 'ready' || video.status === 'playable';
  const pictures = useEndpoint('GET /api/v1/videos/:videoId/thumbnails', { input: { params: { videoId: video.id } }, enabled: made });
  const seconds = video.durationSeconds ?? 0;
  const last = Math.max(1, retention.length - 1);
  const clock = (place: number) => clockOf((place / last) * seconds);
  const frames = (pictures.data?.items ?? []).toSorted((a, b) => a.atSeconds - b.atSeconds);
  const moment = at === undefined ? undefined : (at / last) * seconds;
  const shown = moment === undefined ? -1 : frames.findLastIndex(({ atSeconds }) => atSeconds <= moment + 0.01);
  const half = retention[Math.floor(last / 2)] ?? 0;
  return (
    <section className={`card ${styles.part}`}>
      <h2>{t('analytics.retention')}</h2>
      {retention.length === 0 || retention.every((share) => share === 0) ? (
        <p className="t13 dim">{t('analytics.retention_none')}</p>
      ) : (
        <>
          <p className="t13 mut">
            {t('analytics.retention_text', { half: format.percent(half), end: format.percent(retention.at(-1) ?? 0) })}
          </p>
          <LinePlot
            label={t('analytics.retention')}
            values={retention}
            top={Math.max(1, ...retention)}
            height={200}
            nameOf={clock}
            say={(share) => format.percent(share)}
            tick={(share) => format.percent(share)}
            onRead={setAt}
          >
            {frames.length > 0 && (
              <div className={styles.strip} aria-hidden="true">
                {frames.map(({ index, url }, place) => (
                  <img key={index} src={url} alt="" loading="lazy" data-now={place === shown || undefined} />
                ))}
              </div>
            )}
          </LinePlot>
          <details className={styles.behind}>
            <summary>{t('analytics.as_table')}</summary>
            <div className={styles.scroll}>
              <Table label={t('analytics.retention')}>
                <thead>
                  <tr>
                    <th scope="col">{t('analytics.moment')}</th>
                    <th scope="col" className="figure">
                      {t('analytics.still')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {retention.map((share, place) =>
                    place % 5 === 0 ? (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a moment is its place
                      <tr key={place}>
                        <th scope="row" className="num">
                          {clock(place)}
                        </th>
                        <td className="figure">{format.percent(share)}</td>
                      </tr>
                    ) : null,
                  )}
                </tbody>
              </Table>
            </div>
          </details>
        </>
      )}
    </section>
  );
}
