import { Link } from 'react-router';
import { Avatar } from '../../../ui/avatar.tsx';
import styles from './cards.module.css';
import { Poster, type VideoCardData } from './poster.tsx';
import { VideoBadges, VideoFacts } from './video-facts.tsx';

/** A video in a grid: the whole card leads to it, the channel's name to the channel. */
export function VideoCard({ video, eager = false, channel = true }: { video: VideoCardData; eager?: boolean; channel?: boolean }) {
  return (
    <article className={styles.card}>
      <Poster video={video} eager={eager} sizes="(max-width: 720px) 100vw, (max-width: 1100px) 45vw, 300px" />
      <div className={styles.words}>
        {channel && <Avatar person={video.channel} />}
        <div className="col grow">
          <h3 className="clamp2">
            <Link to={`/watch/${video.id}`} prefetch="intent" className={styles.whole}>
              {video.title}
            </Link>
          </h3>
          {channel && (
            <Link to={`/@${video.channel.handle}`} className={styles.channel}>
              {video.channel.name}
            </Link>
          )}
          <p className="t12 dim">
            <VideoFacts video={video} />
          </p>
          <span className={styles.badges}>
            <VideoBadges video={video} />
          </span>
        </div>
      </div>
    </article>
  );
}

/** A video in a narrow list, picture at the side. `to` may lead on within a playlist. */
export function VideoRow({ video, to, current = false }: { video: VideoCardData; to?: string; current?: boolean }) {
  return (
    <article className={styles.row} aria-current={current ? 'true' : undefined}>
      <Poster video={video} sizes="160px" />
      <div className="col grow">
        <h3 className="clamp2">
          <Link to={to ?? `/watch/${video.id}`} prefetch="intent" className={styles.whole}>
            {video.title}
          </Link>
        </h3>
        <p className="t12 dim trunc">{video.channel.name}</p>
        <p className="t12 dim">
          <VideoFacts video={video} />
        </p>
        <span className={styles.badges}>
          <VideoBadges video={video} />
        </span>
      </div>
    </article>
  );
}
