import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import type { VideoCardData } from '../cards/poster.tsx';
import { useList } from '../cards/use-list.ts';
import { VideoGrid } from '../cards/video-grid.tsx';
import { ChannelList } from '../channel/channel-list.tsx';
import styles from '../library/library.module.css';
import type { Route } from './+types/search-page';
import own from './search.module.css';

const PAGE = 24;
const readQuery = (search: URLSearchParams): string => (search.get('q') ?? '').trim().slice(0, 100);

export async function loader({ context, request }: Route.LoaderArgs) {
  const q = readQuery(new URL(request.url).searchParams);
  return { q, found: q === '' ? null : await attempt(context, 'GET /api/v1/search', { query: { q, limit: PAGE } }) };
}

export function meta({ matches, loaderData }: Route.MetaArgs) {
  const page = pageOf(matches);
  const words = page && metaWords(page);
  if (page === undefined || words === undefined) return;
  const title = loaderData?.q ? words('video:find', { query: loaderData.q }) : words('video:search');
  return pageMeta(page, { title, path: '/search', index: false });
}

/** Videos and channels by words. */
export default function SearchPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const { q, found } = loaderData;
  return (
    <div className="page">
      <h1 className="vh">{q === '' ? t('video:search') : t('video:find', { query: q })}</h1>
      <SearchForm q={q} />
      {found === null ? <EmptyState title={t('search.begin')} text={t('search.begin_text')} /> : <Found key={q} q={q} found={found} />}
    </div>
  );
}

function SearchForm({ q }: { q: string }) {
  const { t } = useTranslation('watch');
  const navigate = useNavigate();
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() !== '') void navigate(`/search?q=${encodeURIComponent(typed.trim())}`);
  };
  return (
    <search>
      <form className={own.form} action="/search" onSubmit={send}>
        <label className={own.field}>
          <Icon name="search" size="s" />
          <span className="vh">{t('video:search')}</span>
          <input
            type="search"
            name="q"
            value={typed}
            maxLength={100}
            placeholder={t('search.placeholder')}
            enterKeyHint="search"
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <Button type="submit" size="l">
          {t('search.go')}
        </Button>
      </form>
    </search>
  );
}

function Found({ q, found }: { q: string; found: NonNullable<Route.ComponentProps['loaderData']['found']> }) {
  const { t } = useTranslation('watch');
  const list = useList<'GET /api/v1/search', VideoCardData>('GET /api/v1/search', { query: { q, limit: PAGE } }, found);
  const channels = found.ok ? found.body.channels : [];
  return (
    <>
      {channels.length > 0 && (
        <section className={styles.part}>
          <h2 className={styles.partHead}>{t('search.channels')}</h2>
          <ChannelList channels={channels} />
        </section>
      )}
      <section className={styles.part}>
        {channels.length > 0 && <h2 className={styles.partHead}>{t('search.videos')}</h2>}
        <VideoGrid
          list={list}
          empty={
            channels.length === 0 ? (
              <EmptyState title={t('search.none', { query: q })} text={t('search.none_text')} />
            ) : (
              <p className="mut">{t('search.no_videos')}</p>
            )
          }
        />
      </section>
    </>
  );
}
