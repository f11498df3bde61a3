import clsx from 'clsx';
import { lazy, type ReactNode, type Ref, Suspense, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Icon } from '../../../ui/icon.tsx';
import type { Chapter } from './engine/chapters.ts';
import { startEarly } from './engine/early.ts';
import { isUpright } from './is-upright.ts';
import { CaptionView } from './parts/caption-view.tsx';
import { Controls } from './parts/controls.tsx';
import { Failure } from './parts/failure.tsx';
import styles from './player.module.css';
import { useCaptions } from './use-captions.ts';
import { useIdle } from './use-idle.ts';
import { type KeyDeed, usePlayerKeys } from './use-keys.ts';
import { useMediaSession } from './use-media-session.ts';
import { filmOf, type Playback, PlayerContext, usePlayer, usePlayerState, usePlayerUi, type Video } from './use-player.ts';
import { useTaps } from './use-taps.ts';

const PlayerMenu = lazy(() => import('./parts/player-menu.tsx'));
const KeyHelp = lazy(() => import('./parts/key-help.tsx'));

// A film that the server put on the page begins to load before React takes over.
if (!import.meta.env.SSR) startEarly();

export interface PlayerHandle {
  seek(seconds: number): void;
  position(): number;
  /** Qualities were added: the master is read again without a break. */
  refresh(): void;
}
export type MenuPage = 'main' | 'quality' | 'speed' | 'captions' | 'style';

export interface PlayerProps {
  ref?: Ref<PlayerHandle>;
  video: Video;
  playback: Playback;
  chapters: readonly Chapter[];
  /** Begins by itself, if the browser lets it. */
  autoplay: boolean;
  embedded?: boolean;
  theatre?: { readonly on: boolean; readonly toggle: () => void };
  /** The next film, if there is one. */
  onNext?: () => void;
  /** Over the picture once the film has ended; called with a way to see it again. */
  end?: (replay: () => void) => ReactNode;
  /** The quality that plays and those there are, by their short sides. */
  onRungs?: (rungs: { playing: number | null; offered: readonly number[] }) => void;
  /** Linked title and the like, at the top edge of embedded players. */
  head?: ReactNode;
}

/** A film and everything that steers it. Own controls, one element; drawn whole by the server, alive once hydrated. */
export function Player({ ref, video, playback, chapters, autoplay, embedded = false, theatre, onNext, onRungs, end, head }: PlayerProps) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  const { locale } = usePage();
  const frame = useRef<HTMLElement>(null);
  const media = useRef<HTMLVideoElement>(null);
  const player = usePlayer(video, playback, media, embedded);
  const captions = useCaptions(media, playback.captions, locale);
  const [menu, setMenu] = useState<MenuPage>();
  const [help, setHelp] = useState(false);
  const [said, setSaid] = useState<{ words: string; at: number }>();
  const { idle, stir } = useIdle(player, frame, menu !== undefined);

  const say = useCallback((words: string) => setSaid({ words, at: performance.now() }), []);
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), 900);
    return () => clearTimeout(timer);
  }, [said]);
  const ui = useMemo(() => ({ player, video, say }), [player, video, say]);
  useImperativeHandle(
    ref,
    () => ({
      seek: (seconds) => {
        player?.seek(seconds);
        player?.play();
      },
      position: () => player?.state.position ?? 0,
      refresh: () => void player?.refresh(),
    }),
    [player],
  );

  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (autoplay && !still) void player?.begin();
  }, [player, autoplay]);
  useEffect(() => {
    if (player === undefined || onRungs === undefined) return;
    let before = '';
    const tell = () => {
      const { rung, rungs } = player.state;
      const now = `${rung} ${rungs}`;
      if (now === before) return;
      before = now;
      onRungs({ playing: rung, offered: rungs });
    };
    tell();
    return player.subscribe(tell);
  }, [player, onRungs]);
  useMediaSession(player, video, onNext);

  const onFullscreen = useCallback(() => void toggleFullscreen(frame.current, media.current), []);
  const onPip = useCallback(() => void togglePip(media.current), []);
  const onDone = useCallback(
    (did: KeyDeed) => {
      stir();
      if (did.kind === 'seek') say(`${did.seconds > 0 ? '+' : '−'}${Math.abs(did.seconds)}`);
      else if (did.kind === 'rate') say(`${format.number(did.rate)}×`);
      else if (player !== undefined) say(player.state.muted ? t('player.muted') : format.percent(player.state.volume));
    },
    [say, stir, format, player, t],
  );
  usePlayerKeys(
    useMemo(
      () => ({
        player,
        frame: () => frame.current,
        onCaptions: captions.toggle,
        onFullscreen,
        onTheatre: theatre?.toggle,
        onPip,
        onHelp: () => setHelp((open) => !open),
        onNext,
        onDone,
      }),
      [player, captions.toggle, onFullscreen, theatre?.toggle, onPip, onNext, onDone],
    ),
  );
  const taps = useTaps(player, stir, onDone);

  const upright = isUpright(video);
  return (
    <PlayerContext value={ui}>
      <section
        ref={frame}
        className={clsx(styles.player, idle && styles.idle, upright && styles.upright, embedded && styles.embedded)}
        aria-label={t('player.label', { title: video.title })}
        onPointerMove={() => stir()}
        onPointerLeave={(event) => event.pointerType === 'mouse' && stir(true)}
        onFocus={() => stir()}
      >
        <video
          ref={media}
          className={styles.media}
          data-film={JSON.stringify(filmOf(video, playback))}
          playsInline
          preload="auto"
          tabIndex={-1}
          {...taps}
        >
          {playback.captions.map(({ id, language, name, src }) => (
            <track key={id} id={id} kind="captions" srcLang={language} label={name} src={src} />
          ))}
        </video>
        <Cover video={video} poster={playback.poster} />
        <CaptionView lines={captions.lines} raised={!idle} />
        <Waiting />
        {said && (
          <p key={said.at} className={styles.said} role="status">
            {said.words}
          </p>
        )}
        {head && <div className={styles.head}>{head}</div>}
        <Silenced />
        <Failure />
        <EndPlace end={end} />
        <Controls
          chapters={chapters}
          storyboard={playback.storyboard}
          captions={captions}
          theatre={theatre}
          menu={menu}
          onMenu={setMenu}
          onNext={onNext}
          onFullscreen={onFullscreen}
          onPip={onPip}
        />
        {menu !== undefined && (
          <Suspense>
            <PlayerMenu page={menu} captions={captions} onPage={setMenu} onHelp={() => setHelp(true)} />
          </Suspense>
        )}
        {help && (
          <Suspense>
            <KeyHelp theatre={theatre !== undefined} onClose={() => setHelp(false)} />
          </Suspense>
        )}
      </section>
    </PlayerContext>
  );
}

/** The poster until there is a frame, and the large sign to begin. */
function Cover({ video, poster }: { video: Video; poster: string | null }) {
  const started = usePlayerState((state) => state.started);
  const waiting = usePlayerState((state) => state.waiting);
  const failed = usePlayerState((state) => state.failure !== null);
  if (started) return null;
  return (
    <>
      {video.poster !== null ? (
        <img
          className={styles.poster}
          src={video.poster.large}
          srcSet={`${video.poster.small} 320w, ${video.poster.medium} 640w, ${video.poster.large} 1280w`}
          sizes="(max-width: 1100px) 100vw, 1040px"
          alt=""
          fetchPriority="high"
          decoding="async"
        />
      ) : (
        poster !== null && <img className={styles.poster} src={poster} alt="" fetchPriority="high" decoding="async" />
      )}
      {!waiting && !failed && (
        <span className={styles.begin} aria-hidden="true">
          <Icon name="play" size="l" />
        </span>
      )}
    </>
  );
}

function Waiting() {
  const { t } = useTranslation('watch');
  const waiting = usePlayerState((state) => state.waiting && state.failure === null);
  return (
    <div className={styles.waiting} role="status">
      {waiting && (
        <>
          <i />
          <span className="vh">{t('player.waiting')}</span>
        </>
      )}
    </div>
  );
}

/** The browser let it begin without sound only. */
function Silenced() {
  const { t } = useTranslation('watch');
  const { player } = usePlayerUi();
  const silenced = usePlayerState((state) => state.silenced);
  if (!silenced) return null;
  return (
    <button type="button" className={styles.pill} onClick={() => player?.setMuted(false)}>
      <Icon name="volume-off" size="s" />
      {t('player.unmute')}
    </button>
  );
}

function EndPlace({ end }: { end: PlayerProps['end'] }) {
  const { player } = usePlayerUi();
  const ended = usePlayerState((state) => state.ended);
  if (!ended || end === undefined) return null;
  const replay = () => {
    player?.seek(0);
    player?.play();
  };
  return <div className={styles.end}>{end(replay)}</div>;
}

/** The whole frame where the browser can; on iPhones only the film itself. */
async function toggleFullscreen(frame: HTMLElement | null, media: HTMLVideoElement | null): Promise<void> {
  if (document.fullscreenElement !== null) return document.exitFullscreen();
  if (frame !== null && typeof frame.requestFullscreen === 'function') {
    await frame.requestFullscreen().catch(() => undefined);
    return;
  }
  (media as (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null)?.webkitEnterFullscreen?.();
}

async function togglePip(media: HTMLVideoElement | null): Promise<void> {
  if (media === null || !document.pictureInPictureEnabled) return;
  // Refused before there is a frame, or where the page may not: then nothing happens.
  if (document.pictureInPictureElement === media) await document.exitPictureInPicture().catch(() => undefined);
  else await media.requestPictureInPicture().catch(() => undefined);
}
