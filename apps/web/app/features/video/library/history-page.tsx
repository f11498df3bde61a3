import { lazy, Suspense, useState } from 'react';
import { api } from '../../../api/browser.ts';
import type { Output } from '../../../api/endpoints.ts';
import { attempt } from '../../../api/load.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { Button, ButtonLink, IconButton } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { useHydrated } from '../../../ui/time.tsx';
import { toast } from '../../../ui/toast.ts';
import { useList } from '../cards/use-list.ts';
import { VideoRow } from '../cards/video-card.tsx';
import type { Route } from './+types/history-page';
import styles from './library.module.css';
import { LibraryTabs } from './library-tabs.tsx';
import { SignInFirst } from './sign-in-first.tsx';

const ClearHistory = lazy(() => import('./clear-history.tsx'));
const PAGE = 50;
type Entry = Output<'GET /api/v1/history'>['items'][number];

export async function loader({ context }: Route.LoaderArgs) {
  return attempt(context, 'GET /api/v1/history', { query: { limit: PAGE } });
}

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('video:history'), path: '/history', index: false });
}

/** What one watched, day by day; each can be forgotten, and all of it. */
export default function HistoryPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const refusal = useRefusal();
  const list = useList<'GET /api/v1/history', Entry>('GET /api/v1/history', { query: { limit: PAGE } }, loaderData);
  const [forgotten, setForgotten] = useState<ReadonlySet<string>>(new Set());
  const [clearing, setClearing] = useState<boolean>();
  const [cleared, setCleared] = useState(false);
  const entries = cleared ? [] : list.items?.filter(({ video }) => !forgotten.has(video.id));

  const forget = async (videoId: string) => {
    setForgotten((before) => new Set(before).add(videoId));
    try {
      await api('DELETE /api/v1/history/:videoId', { params: { videoId } });
    } catch (error) {
      setForgotten((before) => new Set([...before].filter((one) => one !== videoId)));
      toast({ text: refusal(error), urgent: true });
    }
  };
  const clear = async () => {
    setClearing(false);
    try {
      await api('DELETE /api/v1/history');
      setCleared(true);
    } catch (error) {
      toast({ text: refusal(error), urgent: true });
    }
  };
  return (
    <div className="page">
      <LibraryTabs />
      <div className={styles.head}>
        <h1 className="grow">{t('video:history')}</h1>
        {entries !== undefined && entries.length > 0 && (
          <Button onClick={() => setClearing(true)}>
            <Icon name="trash" size="s" />
            {t('history.clear')}
          </Button>
        )}
      </div>
      {person === null ? (
        <SignInFirst title={t('history.door')} text={t('history.door_text')} />
      ) : entries === undefined ? (
        list.problem === null ? (
          <RowsSkeleton />
        ) : (
          <ErrorState title={t('list.failed')} problem={list.problem} retrying={list.busy} onRetry={list.retry} />
        )
      ) : entries.length === 0 ? (
        <div className="card">
          <EmptyState
            title={t('history.empty')}
            text={t('history.empty_text')}
            action={
              <ButtonLink kind="primary" to="/watch">
                {t('home.all')}
              </ButtonLink>
            }
          />
        </div>
      ) : (
        <Days entries={entries} onForget={(videoId) => void forget(videoId)} />
      )}
      {list.more && !cleared && (
        <LoadMore busy={list.busy} failed={list.problem !== null} onMore={list.next}>
          {t('list.more')}
        </LoadMore>
      )}
      {clearing !== undefined && (
        <Suspense>
          <ClearHistory open={clearing} onOpenChange={setClearing} onClear={() => void clear()} />
        </Suspense>
      )}
    </div>
  );
}

function Days({ entries, onForget }: { entries: readonly Entry[]; onForget: (videoId: string) => void }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  // Days are the reader's own: only the browser knows where they end.
  const hydrated = useHydrated();
  let last = '';
  return (
    <div className={styles.rows}>
      {entries.map(({ video, watchedAt }) => {
        const day = hydrated ? format.date(new Date(watchedAt)) : '';
        const begins = day !== last;
        last = day;
        return (
          <div key={video.id}>
            {begins && <h2 className={styles.day}>{day}</h2>}
            <div className={styles.entry}>
              <VideoRow video={video} />
              <IconButton icon="close" label={t('history.forget', { title: video.title })} onClick={() => onForget(video.id)} />
            </div>
          </div>
        );
      })}
    </div>
  );
}

function RowsSkeleton() {
  const { t } = useTranslation('watch');
  return (
    <Loading label={t('list.loading')}>
      {Array.from({ length: 5 }, (_, at) => (
        <div key={String(at)} className="row" style={{ gap: 12, padding: '6px 0' }}>
          <Skeleton width={160} height={90} style={{ borderRadius: 8 }} />
          <span className="grow">
            <Skeleton width="60%" height={14} />
            <Skeleton width="30%" height={12} style={{ marginTop: 8 }} />
          </span>
        </div>
      ))}
    </Loading>
  );
}
