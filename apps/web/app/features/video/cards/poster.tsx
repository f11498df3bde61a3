import type { ReactNode } from 'react';
import type { Output } from '../../../api/endpoints.ts';
import { Icon } from '../../../ui/icon.tsx';
import { clockText } from '../player/engine/clock-text.ts';
import { blurhashTone } from './blurhash-tone.ts';
import styles from './cards.module.css';

export type VideoCardData = Output<'GET /api/v1/videos'>['items'][number];

interface PosterProps {
  video: Pick<VideoCardData, 'poster' | 'durationSeconds' | 'resumeSeconds'>;
  /** As `img` takes it: how wide it stands. */
  sizes: string;
  /** In the first screenful: loaded at once. */
  eager?: boolean;
  children?: ReactNode;
}

/** A film's picture, its length, and how far one is. Its colour stands there before it does. */
export function Poster({ video: { poster, durationSeconds, resumeSeconds }, sizes, eager = false, children }: PosterProps) {
  const seen = resumeSeconds !== null && durationSeconds !== null && durationSeconds > 0 ? resumeSeconds / durationSeconds : 0;
  return (
    <div className={styles.picture} style={{ backgroundColor: blurhashTone(poster?.blurhash ?? null) }}>
      {poster === null ? (
        <Icon name="watch" size="l" />
      ) : (
        <img
          src={poster.medium}
          srcSet={`${poster.small} 320w, ${poster.medium} 640w, ${poster.large} 1280w`}
          sizes={sizes}
          alt=""
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
        />
      )}
      {children}
      {durationSeconds !== null && <span className={styles.duration}>{clockText(durationSeconds)}</span>}
      {seen > 0 && (
        <span className={styles.seen}>
          <i style={{ width: `${Math.min(100, Math.max(2, seen * 100))}%` }} />
        </span>
      )}
    </div>
  );
}
