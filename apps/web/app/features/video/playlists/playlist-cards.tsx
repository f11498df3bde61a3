import { Link } from 'react-router';
import type { Output } from '../../../api/endpoints.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import cards from '../cards/cards.module.css';
import { Poster } from '../cards/poster.tsx';
import styles from './playlists.module.css';

export type Playlist = Output<'GET /api/v1/playlists/:playlistId'>;

/** `watch_later` has no title of its own: it is named by the page. */
export function usePlaylistTitle(): (playlist: Pick<Playlist, 'kind' | 'title'>) => string {
  const { t } = useTranslation('watch');
  return (playlist) => (playlist.kind === 'watch_later' ? t('playlist.watch_later') : playlist.title);
}

/** Undefined while they are on their way. */
export function PlaylistCards({ playlists }: { playlists: readonly Playlist[] | undefined }) {
  const { t } = useTranslation('watch');
  const titleOf = usePlaylistTitle();
  if (playlists === undefined)
    return (
      <Loading label={t('list.loading')}>
        <ul className={cards.grid}>
          {Array.from({ length: 4 }, (_, at) => (
            <li key={String(at)}>
              <Skeleton width="100%" height="auto" style={{ aspectRatio: '16 / 9', borderRadius: 10 }} />
              <Skeleton width="60%" height={14} style={{ marginTop: 12 }} />
            </li>
          ))}
        </ul>
      </Loading>
    );
  return (
    <ul className={cards.grid}>
      {playlists.map((playlist) => (
        <li key={playlist.id} className={cards.card}>
          <Poster video={{ poster: playlist.poster, durationSeconds: null, resumeSeconds: null }} sizes="300px">
            <span className={styles.count}>
              <Icon name={playlist.kind === 'watch_later' ? 'clock' : 'lines'} size="s" />
              {t('playlist.count', { count: playlist.videos })}
            </span>
          </Poster>
          <div className={cards.words}>
            <div className="col grow">
              <h3 className="clamp2">
                <Link to={`/playlists/${playlist.id}`} prefetch="intent" className={cards.whole}>
                  {titleOf(playlist)}
                </Link>
              </h3>
              <span className={cards.badges}>
                {playlist.visibility !== 'public' && (
                  <Badge kind="line">
                    <Icon name={playlist.visibility === 'private' ? 'lock' : 'globe'} size="s" />
                    {t(`visibility.${playlist.visibility}`)}
                  </Badge>
                )}
              </span>
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
