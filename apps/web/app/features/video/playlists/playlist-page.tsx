import { lazy, Suspense, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { attempt, load } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, ButtonLink, IconButton } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.ts';
import { Poster } from '../cards/poster.tsx';
import { forgetLists } from '../cards/use-list.ts';
import type { Route } from './+types/playlist-page';
import { type Playlist, usePlaylistTitle } from './playlist-cards.tsx';
import { PlaylistItems } from './playlist-items.tsx';
import styles from './playlists.module.css';

const PlaylistDialog = lazy(() => import('./playlist-dialog.tsx'));
const DeletePlaylist = lazy(() => import('./delete-playlist.tsx'));

export async function loader({ context, params }: Route.LoaderArgs) {
  const [playlist, items] = await Promise.all([
    load(context, 'GET /api/v1/playlists/:playlistId', { params }),
    attempt(context, 'GET /api/v1/playlists/:playlistId/items', { params, query: { limit: 50 } }),
  ]);
  return { playlist, items };
}

export function meta({ matches, loaderData }: Route.MetaArgs) {
  const page = pageOf(matches);
  if (page === undefined || loaderData === undefined) return;
  const { playlist } = loaderData;
  const title = playlist.kind === 'watch_later' ? metaWords(page)?.('video:playlists') : playlist.title;
  const { poster } = playlist;
  return pageMeta(page, {
    title,
    description: playlist.description || undefined,
    image: poster?.jpeg,
    path: `/playlists/${playlist.id}`,
    index: playlist.visibility === 'public',
  });
}

/** One playlist: what it is at the side, its videos in order. */
export default function PlaylistPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const refusal = useRefusal();
  const navigate = useNavigate();
  const titleOf = usePlaylistTitle();
  const [changed, setChanged] = useState<Playlist>();
  const [editing, setEditing] = useState<boolean>();
  const [deleting, setDeleting] = useState<boolean>();
  const [first, setFirst] = useState<string | undefined>(loaderData.items.ok ? loaderData.items.body.items[0]?.video.id : undefined);
  const playlist = changed?.id === loaderData.playlist.id ? changed : loaderData.playlist;
  const forget = () => {
    forgetLists('GET /api/v1/playlists');
    forgetLists('GET /api/v1/playlists/:playlistId/items');
  };

  const share = async () => {
    const address = `${location.origin}/playlists/${playlist.id}`;
    if (navigator.share !== undefined && matchMedia('(pointer: coarse)').matches)
      return void navigator.share({ title: titleOf(playlist), url: address }).catch(() => undefined);
    await navigator.clipboard.writeText(address);
    toast({ text: t('share.copied') });
  };
  const remove = async () => {
    try {
      await api('DELETE /api/v1/playlists/:playlistId', { params: { playlistId: playlist.id } });
      forget();
      await navigate('/playlists');
    } catch (error) {
      toast({ text: refusal(error), urgent: true });
    }
  };
  return (
    <div className="page">
      <div className={styles.page}>
        <header className={`card ${styles.about}`}>
          <Poster video={{ poster: playlist.poster, durationSeconds: null, resumeSeconds: null }} sizes="320px" eager />
          <h1>{titleOf(playlist)}</h1>
          <p className="t13 mut">
            {playlist.owner.name} · {t('playlist.count', { count: playlist.videos })}{' '}
            {playlist.visibility !== 'public' && <Badge kind="line">{t(`visibility.${playlist.visibility}`)}</Badge>}
          </p>
          {playlist.description !== '' && (
            <p className="t13 mut" style={{ marginTop: 8, whiteSpace: 'pre-line' }}>
              {playlist.description}
            </p>
          )}
          <div className={styles.acts}>
            {first !== undefined && (
              <ButtonLink kind="primary" to={`/watch/${first}?list=${playlist.id}`}>
                <Icon name="play" size="s" />
                {t('playlist.play')}
              </ButtonLink>
            )}
            {playlist.visibility !== 'private' && (
              <Button onClick={() => void share()}>
                <Icon name="share" size="s" />
                {t('share.open')}
              </Button>
            )}
            {playlist.mine && playlist.kind === 'custom' && (
              <>
                <IconButton icon="edit" label={t('playlist.edit')} onClick={() => setEditing(true)} />
                <IconButton icon="trash" label={t('playlist.delete')} onClick={() => setDeleting(true)} />
              </>
            )}
          </div>
        </header>
        <PlaylistItems
          playlist={playlist}
          loaded={loaderData.items}
          onChange={(next, firstId) => {
            setChanged(next);
            setFirst(firstId);
            forget();
          }}
          empty={
            <div className="card">
              <EmptyState
                title={t('playlist.empty')}
                text={playlist.mine ? t('playlist.empty_text') : undefined}
                action={<ButtonLink to="/watch">{t('home.all')}</ButtonLink>}
              />
            </div>
          }
        />
      </div>
      {editing !== undefined && (
        <Suspense>
          <PlaylistDialog
            open={editing}
            onOpenChange={setEditing}
            playlist={playlist}
            onDone={(next) => {
              setChanged(next);
              forget();
            }}
          />
        </Suspense>
      )}
      {deleting !== undefined && (
        <Suspense>
          <DeletePlaylist open={deleting} onOpenChange={setDeleting} title={playlist.title} onDelete={() => void remove()} />
        </Suspense>
      )}
    </div>
  );
}
