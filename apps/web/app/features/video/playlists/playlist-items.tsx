import { type ReactNode, useEffect, useState } from 'react';
import { api } from '../../../api/browser.ts';
import type { Output } from '../../../api/endpoints.ts';
import type { Attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.ts';
import { useList } from '../cards/use-list.ts';
import { VideoRow } from '../cards/video-card.tsx';
import type { Playlist } from './playlist-cards.tsx';
import styles from './playlists.module.css';

type Items = Output<'GET /api/v1/playlists/:playlistId/items'>;
type Item = Items['items'][number];

interface PlaylistItemsProps {
  playlist: Playlist;
  loaded: Attempt<Items>;
  onChange: (playlist: Playlist, firstId: string | undefined) => void;
  empty: ReactNode;
}

/** In order; one's own are moved by dragging or by the buttons, and taken out with a way back. */
export function PlaylistItems({ playlist, loaded, onChange, empty }: PlaylistItemsProps) {
  const { t } = useTranslation('watch');
  const refusal = useRefusal();
  const params = { playlistId: playlist.id };
  const list = useList<'GET /api/v1/playlists/:playlistId/items', Item>(
    'GET /api/v1/playlists/:playlistId/items',
    { params, query: { limit: 50 } },
    loaded,
  );
  const [meant, setMeant] = useState<readonly Item[]>();
  const [held, setHeld] = useState<number>();
  const [over, setOver] = useState<number>();
  const items = meant ?? list.items;
  // biome-ignore lint/correctness/useExhaustiveDependencies: more of the list, or another one, is what counts
  useEffect(() => setMeant(undefined), [list.items?.length, playlist.id]);

  if (items === undefined)
    return list.problem === null ? null : <ErrorState title={t('list.failed')} problem={list.problem} onRetry={list.retry} />;
  if (items.length === 0) return empty;

  const change = async (next: readonly Item[], send: () => Promise<Playlist>) => {
    const before = items;
    setMeant(next);
    try {
      onChange(await send(), next[0]?.video.id);
    } catch (error) {
      setMeant(before);
      toast({ text: refusal(error), urgent: true });
    }
  };
  const put = (videoId: string, index: number) =>
    api('PUT /api/v1/playlists/:playlistId/items/:videoId', { params: { ...params, videoId }, body: { index } });
  const move = (from: number, to: number) => {
    const item = items[from];
    if (item === undefined || to < 0 || to >= items.length || from === to) return;
    const next = items.toSpliced(from, 1).toSpliced(to, 0, item);
    void change(next, () => put(item.video.id, to));
  };
  const remove = async (at: number) => {
    const item = items[at];
    if (item === undefined) return;
    const rest = items.toSpliced(at, 1);
    await change(rest, () => api('DELETE /api/v1/playlists/:playlistId/items/:videoId', { params: { ...params, videoId: item.video.id } }));
    const restore = () => void change(rest.toSpliced(at, 0, item), () => put(item.video.id, at));
    toast({ text: t('playlist.removed'), action: { label: t('undo'), run: restore } });
  };
  return (
    <div>
      <ol>
        {items.map(({ video }, at) => (
          <li
            key={video.id}
            className={styles.item}
            draggable={playlist.mine}
            data-held={held === at}
            data-over={over === at && held !== at}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', video.title);
              setHeld(at);
            }}
            onDragOver={(event) => {
              if (held === undefined) return;
              event.preventDefault();
              setOver(at);
            }}
            onDragEnd={() => {
              setHeld(undefined);
              setOver(undefined);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (held !== undefined) move(held, at);
              setHeld(undefined);
              setOver(undefined);
            }}
          >
            <span className={styles.place}>{at + 1}</span>
            <VideoRow video={video} to={`/watch/${video.id}?list=${playlist.id}`} />
            {playlist.mine && (
              <span className={styles.tools}>
                <IconButton
                  className="hide-phone"
                  size="s"
                  icon="chevron-up"
                  label={t('playlist.up', { title: video.title })}
                  disabled={at === 0}
                  onClick={() => move(at, at - 1)}
                />
                <IconButton
                  className="hide-phone"
                  size="s"
                  icon="chevron-down"
                  label={t('playlist.down', { title: video.title })}
                  disabled={at === items.length - 1}
                  onClick={() => move(at, at + 1)}
                />
                <IconButton size="s" icon="close" label={t('playlist.remove', { title: video.title })} onClick={() => void remove(at)} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {list.more && (
        <LoadMore busy={list.busy} failed={list.problem !== null} onMore={list.next}>
          {t('list.more')}
        </LoadMore>
      )}
    </div>
  );
}
