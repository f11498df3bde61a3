import type { Analytics, Video } from '@madang/video/contract';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Segments } from '../../../ui/segments.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Table } from '../../../ui/surfaces.tsx';
import { analyticsPath } from '../layout/places.ts';
import { useDurations } from '../layout/use-durations.ts';
import styles from './analytics.module.css';
import { AnalyticsGhosts } from './analytics-ghosts.tsx';
import { BarList } from './bar-list.tsx';
import { LinePlot } from './line-plot.tsx';
import { RetentionPlot } from './retention-plot.tsx';

type Of = { readonly kind: 'channel'; readonly channelId: string } | { readonly kind: 'video'; readonly video: Video };
const SPANS = ['7', '28', '90', '365'] as const;
const METRICS = ['views', 'watchSeconds', 'viewers'] as const;
type Metric = (typeof METRICS)[number];

/** So that a creator sees the curve move. */
const FRESH_MS = 15_000;

/** How often, how long and from where something is watched. The span lives in the address. */
export default function AnalyticsView({ of }: { of: Of }) {
  const { t } = useTranslation('studioPages');
  const [search, setSearch] = useSearchParams();
  const asked = search.get('days');
  const span = SPANS.find((one) => one === asked) ?? '28';
  const query = { days: Number(span), utcOffsetMinutes: -new Date().getTimezoneOffset() };
  const channel = useEndpoint('GET /api/v1/channels/:channelId/analytics', {
    input: { params: { channelId: of.kind === 'channel' ? of.channelId : '' }, query },
    enabled: of.kind === 'channel',
    refetchInterval: FRESH_MS,
  });
  const video = useEndpoint('GET /api/v1/videos/:videoId/analytics', {
    input: { params: { videoId: of.kind === 'video' ? of.video.id : '' }, query },
    enabled: of.kind === 'video',
    refetchInterval: FRESH_MS,
  });
  const answer = of.kind === 'channel' ? channel : video;
  return (
    <>
      <div className={styles.tools}>
        <Segments
          small
          label={t('analytics.span')}
          value={span}
          options={SPANS.map((value) => ({ value, label: t('analytics.days', { count: Number(value) }) }))}
          onChange={(value) =>
            setSearch(
              (before) => {
                before.set('days', value);
                return before;
              },
              { replace: true, preventScrollReset: true },
            )
          }
        />
        <span className={`t12 dim ${styles.fresh}`}>{t('analytics.live')}</span>
      </div>
      {answer.data !== undefined ? (
        <Figures data={answer.data} video={of.kind === 'video' ? of.video : undefined} />
      ) : answer.isError ? (
        <ErrorState
          title={t('analytics.failed')}
          problem={answer.error}
          onRetry={() => void answer.refetch()}
          retrying={answer.isFetching}
        />
      ) : (
        <AnalyticsGhosts />
      )}
    </>
  );
}

function Figures({ data, video }: { data: Analytics; video: Video | undefined }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const { spell } = useDurations();
  const [metric, setMetric] = useState<Metric>('views');
  const say = (value: number, of: Metric) => (of === 'watchSeconds' ? spell(value) : format.number(value));
  const dayName = useDayName();
  const nothing = data.views === 0 && data.days.every(({ views }) => views === 0);
  const values = data.days.map((day) => day[metric]);
  const others = [
    ['average', spell(data.averageSeconds)],
    ['likes', format.number(data.likes)],
    ['comments', format.number(data.comments)],
    ['subscribers', format.number(data.subscribers)],
    ['stalls', format.number(data.stalls)],
  ] as const;
  return (
    <>
      <section className={`card ${styles.main}`} aria-label={t('analytics.over_time')}>
        <fieldset className={styles.metrics} aria-label={t('analytics.metric')}>
          {METRICS.map((one) => (
            <button key={one} type="button" aria-pressed={one === metric} onClick={() => setMetric(one)}>
              <span>{t(`metric.${one}`)}</span>
              <b>{say(one === 'watchSeconds' ? data.watchSeconds : data[one], one)}</b>
            </button>
          ))}
        </fieldset>
        {nothing ? (
          <div className={styles.nothing}>
            <h2>{t('analytics.nothing')}</h2>
            <p className="t13 mut">{t('analytics.nothing_text')}</p>
          </div>
        ) : (
          <>
            <LinePlot
              label={t('analytics.plot', { metric: t(`metric.${metric}`) })}
              values={values}
              nameOf={(at) => dayName(data.days[at]?.day ?? '')}
              say={(value) => say(value, metric)}
              tick={(value) => (metric === 'watchSeconds' ? (value === 0 ? '0' : spell(value)) : format.compact(value))}
              whole={metric !== 'watchSeconds'}
            />
            <details className={styles.behind}>
              <summary>{t('analytics.as_table')}</summary>
              <div className={styles.scroll}>
                <Table label={t('analytics.over_time')}>
                  <thead>
                    <tr>
                      <th scope="col">{t('analytics.day')}</th>
                      {METRICS.map((one) => (
                        <th key={one} scope="col" className="figure">
                          {t(`metric.${one}`)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {data.days.toReversed().map((day) => (
                      <tr key={day.day}>
                        <th scope="row">{dayName(day.day)}</th>
                        {METRICS.map((one) => (
                          <td key={one} className="figure">
                            {say(day[one], one)}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </Table>
              </div>
            </details>
          </>
        )}
      </section>
      <dl className={`card ${styles.others}`}>
        {others.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`metric.${name}`)}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      {video !== undefined && <RetentionPlot video={video} retention={data.retention} />}
      <div className={styles.thirds}>
        <BarList
          title={t('analytics.devices')}
          items={data.devices.map(({ name, views }) => ({ key: name, name: t(`device.${name}`), value: views }))}
          say={format.number}
        />
        <BarList
          title={t('analytics.referrers')}
          items={data.referrers.map(({ name, views }) => ({
            key: name,
            name: name === '' || name === 'direct' ? t('analytics.direct') : name === 'embed' ? t('analytics.embed') : name,
            value: views,
          }))}
          say={format.number}
        />
        <BarList
          title={t('analytics.qualities')}
          items={data.qualities.map(({ name, watchSeconds }) => ({
            key: name,
            name: /^\d+$/.test(name) ? `${name}p` : name,
            value: watchSeconds,
          }))}
          say={spell}
        />
      </div>
      {data.top.length > 0 && (
        <section className={`card ${styles.part}`}>
          <h2>{t('analytics.top')}</h2>
          <ol className={styles.top}>
            {data.top.map((one, at) => (
              <li key={one.videoId}>
                <span className="num dim">{at + 1}</span>
                <Link to={analyticsPath(one.videoId)} prefetch="intent" className="b6 grow trunc">
                  {one.title}
                </Link>
                <span className="num mut hide-phone">{spell(one.watchSeconds)}</span>
                <span className="num">{t('analytics.views', { count: one.views })}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function useDayName(): (day: string) => string {
  const { locale } = usePage();
  const [format] = useState(() => new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }));
  return (day) => {
    const moment = new Date(day);
    return Number.isNaN(moment.getTime()) ? day : format.format(moment);
  };
}
