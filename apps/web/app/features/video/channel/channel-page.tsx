import { useState } from 'react';
import { data, useSearchParams } from 'react-router';
import { attempt, load } from '../../../api/load.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { Time } from '../../../ui/time.tsx';
import type { VideoCardData } from '../cards/poster.tsx';
import { useList } from '../cards/use-list.ts';
import { VideoGrid } from '../cards/video-grid.tsx';
import library from '../library/library.module.css';
import { type Playlist, PlaylistCards } from '../playlists/playlist-cards.tsx';
import { RichLines } from '../watch/rich-lines.tsx';
import type { Route } from './+types/channel-page';
import styles from './channel.module.css';
import { Subscribers } from './channel-list.tsx';
import { type Channel, SubscribeButton } from './subscribe-button.tsx';

const PAGE = 24;
const SORTS = ['newest', 'views', 'oldest'] as const;
const TABS = ['videos', 'playlists', 'about'] as const;
type Sort = (typeof SORTS)[number];
type Tab = (typeof TABS)[number];

const readTab = (search: URLSearchParams): Tab => TABS.find((tab) => tab === search.get('tab')) ?? 'videos';
const readSort = (search: URLSearchParams): Sort => SORTS.find((sort) => sort === search.get('sort')) ?? 'newest';

export async function loader({ context, params, request }: Route.LoaderArgs) {
  const { channelId } = params;
  const url = new URL(request.url);
  // At the root of the zone only what begins with @ is a channel; everything else there is no page.
  if (!url.pathname.startsWith('/channels/') && !channelId.startsWith('@')) throw data(null, { status: 404 });
  const channel = await load(context, 'GET /api/v1/channels/:channelId', { params: { channelId } });
  const query = { channelId: channel.id, sort: readSort(url.searchParams), limit: PAGE };
  const videos = readTab(url.searchParams) === 'videos' ? await attempt(context, 'GET /api/v1/videos', { query }) : undefined;
  return { channel, videos };
}

export function meta({ matches, loaderData }: Route.MetaArgs) {
  const page = pageOf(matches);
  if (page === undefined || loaderData === undefined) return;
  const { channel } = loaderData;
  return [
    ...pageMeta(page, {
      title: channel.name,
      description: channel.description || undefined,
      path: `/@${encodeURIComponent(channel.handle)}`,
    }),
    {
      tagName: 'link',
      rel: 'alternate',
      type: 'application/rss+xml',
      title: channel.name,
      href: `${page.origin}/api/v1/channels/${channel.id}/feed.xml`,
    },
  ];
}

/** A channel: who it is, what it has made. */
export default function ChannelPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const [search, setSearch] = useSearchParams();
  const [changed, setChanged] = useState<Channel>();
  const channel = changed?.id === loaderData.channel.id ? changed : loaderData.channel;
  const tab = readTab(search);
  return (
    <div className="page">
      <header className={styles.head}>
        <Avatar person={channel} size="xl" />
        <div className="col grow">
          <h1>{channel.name}</h1>
          <p className="t13 dim">
            @{channel.handle} · <Subscribers value={channel.subscribers} /> · {t('channel.videos', { count: channel.videos })}
          </p>
          {channel.description !== '' && <p className={`t13 mut clamp2 ${styles.lead}`}>{channel.description}</p>}
        </div>
        {channel.mine ? (
          <ButtonLink to="/studio/channel">
            <Icon name="edit" size="s" />
            {t('channel.edit')}
          </ButtonLink>
        ) : (
          <SubscribeButton channel={channel} onChange={setChanged} />
        )}
      </header>
      <nav className={`tabs ${library.tabs}`} aria-label={channel.name}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={one === tab ? 'page' : undefined}
            onClick={() => setSearch(one === 'videos' ? {} : { tab: one }, { preventScrollReset: true })}
          >
            {t(`channel.tab.${one}`)}
          </button>
        ))}
      </nav>
      {tab === 'videos' && <Videos key={readSort(search)} channel={channel} sort={readSort(search)} loaded={loaderData.videos} />}
      {tab === 'playlists' && <Playlists channel={channel} />}
      {tab === 'about' && <About channel={channel} />}
    </div>
  );
}

function Videos({ channel, sort, loaded }: { channel: Channel; sort: Sort; loaded: Route.ComponentProps['loaderData']['videos'] }) {
  const { t } = useTranslation('watch');
  const [, setSearch] = useSearchParams();
  const list = useList<'GET /api/v1/videos', VideoCardData>(
    'GET /api/v1/videos',
    { query: { channelId: channel.id, sort, limit: PAGE } },
    loaded,
  );
  return (
    <>
      {channel.videos > 1 && (
        <div className={library.head}>
          <Segments
            small
            label={t('channel.sort.label')}
            value={sort}
            options={SORTS.map((value) => ({ value, label: t(`channel.sort.${value}`) }))}
            onChange={(next) => setSearch(next === 'newest' ? {} : { sort: next }, { preventScrollReset: true })}
          />
        </div>
      )}
      <VideoGrid
        list={list}
        channel={false}
        empty={
          <EmptyState
            title={channel.mine ? t('channel.mine_empty') : t('channel.empty')}
            action={
              channel.mine && (
                <ButtonLink kind="primary" to="/studio">
                  {t('home.upload')}
                </ButtonLink>
              )
            }
          />
        }
      />
    </>
  );
}

function Playlists({ channel }: { channel: Channel }) {
  const { t } = useTranslation('watch');
  const lists = useList<'GET /api/v1/playlists', Playlist>('GET /api/v1/playlists', { query: { ownerId: channel.ownerId, limit: 100 } });
  if (lists.items === undefined && lists.problem !== null)
    return <ErrorState title={t('list.failed')} problem={lists.problem} retrying={lists.busy} onRetry={lists.retry} />;
  if (lists.items?.length === 0) return <EmptyState title={t('channel.no_playlists')} />;
  return <PlaylistCards playlists={lists.items} />;
}

function About({ channel }: { channel: Channel }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { origin } = usePage();
  return (
    <div className={styles.about}>
      <div>
        {channel.description === '' ? <p className="mut">{t('channel.no_description')}</p> : <RichLines text={channel.description} />}
      </div>
      <dl className="card">
        <div>
          <dt>{t('channel.address')}</dt>
          <dd>{`${new URL(origin).host}/@${channel.handle}`}</dd>
        </div>
        <div>
          <dt>{t('channel.since')}</dt>
          <dd>
            <Time at={channel.createdAt} as="date" />
          </dd>
        </div>
        <div>
          <dt>{t('channel.views')}</dt>
          <dd className="num">{format.number(channel.views)}</dd>
        </div>
        <div>
          <dt>RSS</dt>
          <dd>
            <a className="link" href={`/api/v1/channels/${channel.id}/feed.xml`}>
              {t('channel.feed')}
            </a>
          </dd>
        </div>
      </dl>
    </div>
  );
}
