import { createContext, type RefObject, use, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { api } from '../../../api/browser.ts';
import type { Output } from '../../../api/endpoints.ts';
import { usePage } from '../../../shell/page.ts';
import { openBeacons } from './engine/beacons.ts';
import { type Film, streamOf } from './engine/early.ts';
import { keepLocalPosition } from './engine/local-positions.ts';
import { Player, type PlayerState } from './engine/player.ts';
import { DEFAULT_SETTINGS } from './engine/settings.ts';
import { renewalDelay } from './engine/signed-path.ts';

export type Video = Output<'GET /api/v1/videos/:videoId'>;
export type Playback = NonNullable<Video['playback']>;

export function filmOf(video: Video, playback: Playback): Film {
  return { id: video.id, hls: playback.hls, durationSeconds: video.durationSeconds, resumeSeconds: video.resumeSeconds };
}

/** Opens the film on its element for as long as both are on the page; tells the server what is seen of it. */
export function usePlayer(
  video: Video,
  playback: Playback,
  media: RefObject<HTMLVideoElement | null>,
  embedded: boolean,
): Player | undefined {
  const [player, setPlayer] = useState<Player>();
  const { person } = usePage();
  const known = useRef(person !== null);
  known.current = person !== null;
  const opened = useRef(playback);
  const expiresAt = useRef(playback.expiresAt);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a film is opened once; what changes about it is told to the open player
  useEffect(() => {
    const element = media.current;
    if (element === null) return;
    const film = filmOf(video, opened.current);
    const beacons = openBeacons({ videoId: film.id, embedded, known: () => known.current });
    const renew = () =>
      void api('GET /api/v1/videos/:videoId/playback', { params: { videoId: film.id } }).then(
        (fresh) => {
          expiresAt.current = fresh.expiresAt;
          created.renew(fresh.hls);
          plan();
        },
        // The network is away or the film was closed to them: what is buffered plays on, then the player says so.
        () => plan(),
      );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const plan = () => {
      clearTimeout(timer);
      const delay = renewalDelay(expiresAt.current, Date.now());
      if (delay !== undefined) timer = setTimeout(renew, delay);
    };
    const created = new Player({
      media: element,
      stream: streamOf(element, film),
      durationSeconds: film.durationSeconds,
      report: beacons.report,
      onPosition: (seconds) => known.current || keepLocalPosition(film.id, seconds),
      onRefused: renew,
    });
    const stopBeacons = beacons.follow(created);
    plan();
    setPlayer(created);
    return () => {
      clearTimeout(timer);
      stopBeacons();
      created.close();
      setPlayer(undefined);
    };
  }, [video.id, playback.version, media, embedded]);
  return player;
}

const NOTHING: PlayerState = {
  paused: true,
  ended: false,
  started: false,
  waiting: false,
  position: 0,
  duration: 0,
  available: 0,
  buffered: [],
  volume: DEFAULT_SETTINGS.volume,
  muted: false,
  rate: 1,
  rungs: [],
  rung: null,
  quality: null,
  failure: null,
  silenced: false,
};

export interface PlayerUi {
  readonly player: Player | undefined;
  readonly video: Video;
  /** Says something in the middle of the picture for a moment. */
  readonly say: (words: string) => void;
}
export const PlayerContext = createContext<PlayerUi | undefined>(undefined);

export function usePlayerUi(): PlayerUi {
  const ui = use(PlayerContext);
  if (ui === undefined) throw new Error('outside of a player');
  return ui;
}

const never = () => () => undefined;

/** One part of the player's state; draws again when that part changed. Before the player is open: a film that stands at its beginning. */
export function usePlayerState<Part>(select: (state: PlayerState) => Part): Part {
  const { player, video } = usePlayerUi();
  const closed = () => select({ ...NOTHING, duration: video.durationSeconds ?? 0 });
  return useSyncExternalStore(player?.subscribe ?? never, () => (player === undefined ? closed() : select(player.state)), closed);
}
