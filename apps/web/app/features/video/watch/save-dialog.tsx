import { lazy, Suspense, useEffect, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { Checkbox } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { toast } from '../../../ui/toast.ts';
import { forgetLists } from '../cards/use-list.ts';
import { type Playlist, usePlaylistTitle } from '../playlists/playlist-cards.tsx';
import styles from '../playlists/playlists.module.css';

const PlaylistDialog = lazy(() => import('../playlists/playlist-dialog.tsx'));

interface SaveDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  videoId: string;
}

/** In which of one's playlists it is; each press takes effect at once. */
export default function SaveDialog({ open, onOpenChange, videoId }: SaveDialogProps) {
  const { t } = useTranslation('watch');
  const refusal = useRefusal();
  const titleOf = usePlaylistTitle();
  const [meant, setMeant] = useState<Readonly<Record<string, boolean>>>({});
  const [making, setMaking] = useState<boolean>();
  const lists = useEndpoint('GET /api/v1/playlists', { input: { query: { videoId, limit: 100 } }, enabled: open });
  const { refetch } = lists;
  useEffect(() => {
    if (open) void refetch();
  }, [open, refetch]);

  const put = async (playlist: Pick<Playlist, 'id' | 'kind' | 'title'>, on: boolean) => {
    const params = { playlistId: playlist.id, videoId };
    setMeant((before) => ({ ...before, [playlist.id]: on }));
    try {
      if (on) await api('PUT /api/v1/playlists/:playlistId/items/:videoId', { params, body: {} });
      else await api('DELETE /api/v1/playlists/:playlistId/items/:videoId', { params });
      forgetLists('GET /api/v1/playlists');
      forgetLists('GET /api/v1/playlists/:playlistId/items');
      toast({ text: on ? t('save_to.saved', { title: titleOf(playlist) }) : t('save_to.removed', { title: titleOf(playlist) }) });
    } catch (error) {
      setMeant((before) => ({ ...before, [playlist.id]: !on }));
      toast({ text: refusal(error), urgent: true });
    }
  };
  return (
    <>
      <Dialog
        open={open && making !== true}
        onOpenChange={onOpenChange}
        title={t('save_to.title')}
        actions={
          <>
            <Button onClick={() => setMaking(true)}>
              <Icon name="plus" size="s" />
              {t('playlist.make')}
            </Button>
            <DialogClose render={<Button kind="primary">{t('done')}</Button>} />
          </>
        }
      >
        {lists.isError ? (
          <ErrorState title={t('list.failed')} problem={lists.error} onRetry={() => void refetch()} />
        ) : lists.data === undefined ? (
          <div aria-busy="true" className="col" style={{ gap: 12 }}>
            {[56, 72, 48].map((width) => (
              <Skeleton key={width} width={`${width}%`} height={20} />
            ))}
          </div>
        ) : (
          <ul className={styles.choices}>
            {lists.data.items.map((playlist) => (
              <li key={playlist.id} className={styles.choice}>
                <Checkbox
                  label={titleOf(playlist)}
                  checked={meant[playlist.id] ?? playlist.has}
                  onChange={(event) => void put(playlist, event.target.checked)}
                />
                <span className="dim" title={t(`visibility.${playlist.visibility}`)}>
                  <Icon name={playlist.visibility === 'private' ? 'lock' : 'globe'} size="s" />
                  <span className="vh">{t(`visibility.${playlist.visibility}`)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Dialog>
      {making !== undefined && (
        <Suspense>
          <PlaylistDialog
            open={making}
            onOpenChange={setMaking}
            onDone={(playlist) => {
              void put(playlist, true).then(() => refetch());
            }}
          />
        </Suspense>
      )}
    </>
  );
}
