import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { usePages } from '../../../api/use-pages.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { Pager } from '../../../ui/surfaces.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { VideoRowGhosts } from './video-row-ghosts.tsx';
import { VideoTable } from './video-table.tsx';
import styles from './videos.module.css';

const ROWS = 20;
const SORTS = ['newest', 'oldest', 'views'] as const;
type Sort = (typeof SORTS)[number];

/** Everything the person ever uploaded here. How it is sorted lives in the address. */
export default function VideosSection() {
  const { t } = useTranslation('studioPages');
  const [search, setSearch] = useSearchParams();
  const asked = search.get('sort');
  const sort: Sort = SORTS.find((known) => known === asked) ?? 'newest';
  const [at, setAt] = useState(0);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  // Another order begins on its first page, with nothing picked.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `sort` is the order
  useEffect(() => {
    setAt(0);
    setPicked(new Set());
  }, [sort]);

  const list = usePages('GET /api/v1/videos', { list: 'mine', sort, limit: ROWS }, { refetchInterval: 15_000 });
  const pages = list.data?.pages ?? [];
  const known = pages.reduce((sum, page) => sum + page.items.length, 0);
  const last = Math.max(0, pages.length - 1);
  const here = Math.min(at, last);
  const rows = pages[here]?.items ?? [];
  const next = async () => {
    if (pages[here + 1] === undefined && (await list.fetchNextPage()).isError) return;
    setAt(here + 1);
    setPicked(new Set());
  };
  const order = (value: Sort) =>
    setSearch(
      (before) => {
        if (value === 'newest') before.delete('sort');
        else before.set('sort', value);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  const upload = (
    <ButtonLink kind="primary" to="/studio">
      <Icon name="plus" size="s" />
      {t('videos.upload')}
    </ButtonLink>
  );
  if (list.isPending) return <VideoRowGhosts />;
  if (list.isError && known === 0)
    return (
      <ErrorState title={t('upload.list_failed')} problem={list.error} onRetry={() => void list.refetch()} retrying={list.isFetching} />
    );
  if (known === 0) return <EmptyState title={t('videos.empty')} text={t('videos.empty_text')} action={upload} />;
  return (
    <>
      <div className={styles.tools}>
        <Segments
          small
          label={t('videos.sort')}
          value={sort}
          options={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          onChange={order}
        />
        <span className="grow" />
        {upload}
      </div>
      <div className={`card ${styles.card}`}>
        <BulkBar videos={rows.filter(({ id }) => picked.has(id))} onDone={() => setPicked(new Set())} />
        <VideoTable videos={rows} picked={picked} onPick={setPicked} sort={sort} onSort={order} stale={list.isPlaceholderData} />
        <Pager
          from={here * ROWS + 1}
          to={here * ROWS + rows.length}
          total={list.hasNextPage ? undefined : known}
          onPrevious={here > 0 ? () => setAt(here - 1) : undefined}
          onNext={pages[here + 1] !== undefined || list.hasNextPage ? () => void next() : undefined}
        />
      </div>
    </>
  );
}
