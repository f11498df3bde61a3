import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { Output } from '../../../api/endpoints.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { VideoRow } from '../cards/video-card.tsx';
import { type Playlist, usePlaylistTitle } from '../playlists/playlist-cards.tsx';
import styles from './watch.module.css';

interface PlaylistPanelProps {
  playlist: Playlist;
  items: Output<'GET /api/v1/playlists/:playlistId/items'>['items'];
  /** Of the film that plays, from 0; −1 where it is not in it. */
  place: number;
}

/** The list one is watching through, with the film that plays in sight. */
export default function PlaylistPanel({ playlist, items, place }: PlaylistPanelProps) {
  const { t } = useTranslation('watch');
  const titleOf = usePlaylistTitle();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = list.current?.children[place] as HTMLElement | undefined;
    if (current !== undefined && list.current !== null) list.current.scrollTop = current.offsetTop - list.current.offsetTop - 40;
  }, [place]);
  return (
    <section className={`card ${styles.panel}`} aria-label={titleOf(playlist)}>
      <header className={styles.panelHead}>
        <h2 className="trunc grow">
          <Link to={`/playlists/${playlist.id}`}>{titleOf(playlist)}</Link>
        </h2>
        <span className="t13 dim num">{place < 0 ? items.length : t('playlist.place', { place: place + 1, total: items.length })}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls is reached by keyboard */}
      <ol ref={list} className={styles.panelList} tabIndex={0}>
        {items.map(({ video }, at) => (
          <li key={video.id}>
            <VideoRow video={video} to={`/watch/${video.id}?list=${playlist.id}`} current={at === place} />
          </li>
        ))}
      </ol>
    </section>
  );
}
