import type { VideoCard } from '@madang/video/contract';
import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Icon } from '../../../ui/icon.tsx';
import styles from './studio.module.css';
import { clockOf } from './use-durations.ts';

export interface PosterProps {
  poster: VideoCard['poster'] | undefined;
  /** A frame of the file itself, until the server has one. */
  local?: string | null;
  durationSeconds?: number | null;
  /** Widest it is drawn, for the browser to choose a file. */
  sizes?: string;
  broken?: boolean;
  dimmed?: boolean;
  className?: string;
  children?: ReactNode;
}

/** A film's picture, 16:9, whole: portrait ones stand in the middle. The title stands beside it. */
export function Poster({ poster, local, durationSeconds, sizes = '128px', broken, dimmed, className, children }: PosterProps) {
  return (
    <span className={clsx(styles.poster, broken && styles.broken, dimmed && styles.dimmed, className)}>
      {broken ? (
        <Icon name="alert" />
      ) : poster ? (
        <img
          src={poster.small}
          srcSet={`${poster.small} 320w, ${poster.medium} 640w, ${poster.large} 1280w`}
          sizes={sizes}
          alt=""
          loading="lazy"
          decoding="async"
        />
      ) : local ? (
        <img src={local} alt="" />
      ) : (
        <Icon name="studio" />
      )}
      {durationSeconds != null && durationSeconds > 0 && <span className={styles.duration}>{clockOf(durationSeconds)}</span>}
      {children}
    </span>
  );
}
