import { lazy, Suspense, useState } from 'react';
import { attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { Button, ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { useList } from '../cards/use-list.ts';
import styles from '../library/library.module.css';
import { LibraryTabs } from '../library/library-tabs.tsx';
import { SignInFirst } from '../library/sign-in-first.tsx';
import type { Route } from './+types/playlists-page';
import { type Playlist, PlaylistCards } from './playlist-cards.tsx';

const PlaylistDialog = lazy(() => import('./playlist-dialog.tsx'));
const PAGE = 24;

export async function loader({ context }: Route.LoaderArgs) {
  return attempt(context, 'GET /api/v1/playlists', { query: { limit: PAGE } });
}

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('video:playlists'), path: '/playlists', index: false });
}

/** One's own playlists, watch later among them. */
export default function PlaylistsPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const list = useList<'GET /api/v1/playlists', Playlist>('GET /api/v1/playlists', { query: { limit: PAGE } }, loaderData);
  const [making, setMaking] = useState<boolean>();
  const may = mayDo(person, 'playlist:create');
  return (
    <div className="page">
      <LibraryTabs />
      <div className={styles.head}>
        <h1 className="grow">{t('video:playlists')}</h1>
        {may && (
          <Button kind="primary" onClick={() => setMaking(true)}>
            <Icon name="plus" size="s" />
            {t('playlist.make')}
          </Button>
        )}
      </div>
      {!may ? (
        <SignInFirst title={t('playlist.door')} text={t('playlist.door_text')} />
      ) : list.items === undefined && list.problem !== null ? (
        <ErrorState title={t('list.failed')} problem={list.problem} retrying={list.busy} onRetry={list.retry} />
      ) : list.items?.length === 0 ? (
        <div className="card">
          <EmptyState
            title={t('playlist.none')}
            text={t('playlist.none_text')}
            action={
              <ButtonLink kind="primary" to="/watch">
                {t('home.all')}
              </ButtonLink>
            }
          />
        </div>
      ) : (
        <PlaylistCards playlists={list.items} />
      )}
      {list.more && (
        <LoadMore busy={list.busy} failed={list.problem !== null} onMore={list.next}>
          {t('list.more')}
        </LoadMore>
      )}
      {making !== undefined && (
        <Suspense>
          <PlaylistDialog open={making} onOpenChange={setMaking} onDone={list.retry} />
        </Suspense>
      )}
    </div>
  );
}
