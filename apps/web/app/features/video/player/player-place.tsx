import { lazy, type Ref, Suspense } from 'react';
import { EarlyScripts } from './early-scripts.tsx';
import type { PlayerHandle, PlayerProps } from './player.tsx';
import styles from './player-place.module.css';

const loadPlayer = () => import('./player.tsx');
/** The page is alive before the player is: it comes beside the page's own code. On the server it writes itself in one go. */
const Player = import.meta.env.SSR ? (await loadPlayer()).Player : lazy(async () => ({ default: (await loadPlayer()).Player }));

/** In a route's module: the player's code is on its way before React is, and begins the film that the server put on the page. */
export function preparePlayer(): void {
  // Should it fail, the place itself asks again.
  if (!import.meta.env.SSR) void loadPlayer().catch(() => undefined);
}

export function PlayerPlace(props: PlayerProps & { ref?: Ref<PlayerHandle> }) {
  const { poster } = props.video;
  return (
    <>
      <EarlyScripts />
      <Suspense
        fallback={
          <div className={styles.place}>
            {poster !== null && (
              <img
                src={poster.large}
                srcSet={`${poster.medium} 640w, ${poster.large} 1280w`}
                sizes="(max-width: 1100px) 100vw, 1040px"
                alt=""
                loading="lazy"
              />
            )}
          </div>
        }
      >
        <Player {...props} />
      </Suspense>
    </>
  );
}
