import clsx from 'clsx';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Banner } from '../../../ui/states.tsx';
import { ChatPlace } from '../chat/chat-place.tsx';
import { CommentsPlace } from '../comments/comments-place.tsx';
import { chaptersOf } from '../player/engine/chapters.ts';
import { keepSettings, loadSettings } from '../player/engine/settings.ts';
import { isUpright } from '../player/is-upright.ts';
import type { PlayerHandle } from '../player/player.tsx';
import { PlayerPlace } from '../player/player-place.tsx';
import { Actions } from './actions.tsx';
import { Description } from './description.tsx';
import type { RungsNow } from './rungs-shown.ts';
import { isSettled, type Progress } from './settled.ts';
import { UpNext } from './up-next.tsx';
import { useVideo } from './use-video.ts';
import styles from './watch.module.css';
import type { WatchData } from './watch-page.tsx';

const EndScreen = lazy(() => import('./end-screen.tsx'));
// What few visits show.
const Making = lazy(() => import('./making.tsx'));
const FollowProgress = lazy(() => import('./follow-progress.tsx'));
const RungsPanel = lazy(() => import('./rungs-panel.tsx'));
const PlaylistPanel = lazy(() => import('./playlist-panel.tsx'));

/** The film, what is said about it, and where to go on. */
export function WatchView({ loaded }: { loaded: WatchData }) {
  const { t } = useTranslation('watch');
  const navigate = useNavigate();
  const handle = useRef<PlayerHandle>(null);
  const top = useRef<HTMLDivElement>(null);
  const [theatre, setTheatre] = useState(false);
  const [autoplay, setAutoplay] = useState(true);
  const [rungs, setRungs] = useState<RungsNow>({ playing: null, offered: [] });
  const { video, read } = useVideo(loaded.video);
  const onMade = useCallback(() => {
    read();
    handle.current?.refresh();
  }, [read]);
  const [heard, setHeard] = useState<Progress>();
  const making = !isSettled(video);
  const wasMaking = useRef(making);
  useEffect(() => {
    // Whole now: the last quality may have come with it.
    if (wasMaking.current && !making) handle.current?.refresh();
    wasMaking.current = making;
  }, [making]);
  const progress = (making ? heard : undefined) ?? video.progress;

  useEffect(() => {
    const settings = loadSettings();
    setTheatre(settings.theatre);
    setAutoplay(settings.autoplay);
  }, []);
  const toggleTheatre = useCallback(
    () =>
      setTheatre((on) => {
        keepSettings({ theatre: !on });
        return !on;
      }),
    [],
  );
  const seek = useCallback((seconds: number) => {
    handle.current?.seek(seconds);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    top.current?.scrollIntoView({ block: 'nearest', behavior: still ? 'auto' : 'smooth' });
  }, []);

  const { playback, durationSeconds, description } = video;
  const chapters = useMemo(() => chaptersOf(description, durationSeconds ?? 0), [description, durationSeconds]);
  const related = loaded.related.ok ? loaded.related.body.items : [];
  const { list } = loaded;
  const place = list?.items.findIndex((item) => item.video.id === video.id) ?? -1;
  const following = list === null ? undefined : list.items[place + 1]?.video;
  const next = list === null ? related[0] : following;
  const nextPath = next && `/watch/${next.id}${list === null ? '' : `?list=${list.playlist.id}`}`;
  const onNext = useMemo(() => (nextPath === undefined ? undefined : () => void navigate(nextPath)), [nextPath, navigate]);
  const theatreControl = useMemo(() => ({ on: theatre, toggle: toggleTheatre }), [theatre, toggleTheatre]);

  return (
    <div className={clsx(styles.watch, theatre && styles.theatre)} ref={top}>
      <div className={clsx(styles.stage, isUpright(video) && styles.upright)}>
        {playback === null ? (
          <Suspense fallback={<div className={styles.making} />}>
            <Making video={video} progress={progress} />
          </Suspense>
        ) : (
          <PlayerPlace
            key={playback.version}
            ref={handle}
            video={video}
            playback={playback}
            chapters={chapters}
            autoplay
            theatre={theatreControl}
            onNext={onNext}
            onRungs={setRungs}
            end={(replay) => (
              <Suspense>
                <EndScreen next={next} autoplay={autoplay} related={related} onNext={onNext} onReplay={replay} />
              </Suspense>
            )}
          />
        )}
      </div>
      {making && (
        <Suspense>
          <FollowProgress video={video} progress={progress} onProgress={setHeard} onMade={onMade} />
        </Suspense>
      )}
      <div className={styles.below}>
        {playback !== null && making && (
          <Suspense>
            <RungsPanel progress={progress} now={rungs} />
          </Suspense>
        )}
        <Notice video={video} />
        <h1 className={styles.title}>{video.title}</h1>
        <Actions video={video} channel={loaded.channel} position={() => handle.current?.position() ?? 0} />
        <Description video={video} onSeek={seek} />
        <CommentsPlace video={video} onSeek={seek} />
      </div>
      <aside className={styles.right} aria-label={t('next.title')}>
        {list !== null && (
          <Suspense>
            <PlaylistPanel playlist={list.playlist} items={list.items} place={place} />
          </Suspense>
        )}
        {video.roomId !== null && <ChatPlace key={video.roomId} roomId={video.roomId} />}
        <UpNext
          loaded={loaded.related}
          autoplay={autoplay}
          onAutoplay={(on) => {
            setAutoplay(on);
            keepSettings({ autoplay: on });
          }}
        />
      </aside>
    </div>
  );
}

/** To its creator: who else sees it, and when. */
function Notice({ video }: { video: WatchData['video'] }) {
  const { t } = useTranslation('watch');
  if (!video.mayEdit) return null;
  const words =
    video.publishAt !== null && video.publishedAt === null
      ? t('notice.scheduled')
      : video.visibility === 'public'
        ? undefined
        : t(`notice.${video.visibility}`);
  return words === undefined ? null : (
    <div className={styles.notice}>
      <Banner kind="info" icon={video.publishedAt === null ? 'clock' : 'info'}>
        {words}
      </Banner>
    </div>
  );
}
