import { data } from 'react-router';
import { attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage, useText } from '../../../shell/page.ts';
import { pageMeta, pageOf } from '../../../shell/page-meta.ts';
import type { ShellHandle } from '../../../shell/shell.tsx';
import { ZoneMark } from '../../../ui/mark.tsx';
import { chaptersOf } from '../player/engine/chapters.ts';
import { PlayerPlace, preparePlayer } from '../player/player-place.tsx';
import { playerPreloads } from '../watch/watch-meta.ts';
import type { Route } from './+types/embed-page';
import styles from './embed.module.css';

preparePlayer();

export const handle: ShellHandle = { shell: 'none' };

export async function loader({ context, params, request }: Route.LoaderArgs) {
  const video = await attempt(context, 'GET /api/v1/videos/:videoId', { params });
  const autoplay = new URL(request.url).searchParams.get('autoplay') === '1';
  return data({ video: video.ok ? video.body : null, autoplay }, { status: video.ok ? 200 : video.problem.status });
}

export function meta({ matches, loaderData, params }: Route.MetaArgs) {
  const page = pageOf(matches);
  const video = loaderData?.video;
  if (page === undefined) return;
  const path = `/watch/${params.videoId}`;
  return [...pageMeta(page, { title: video?.title, path, index: false }), ...(video ? playerPreloads(video) : [])];
}

/** The player alone, for other pages' frames. */
export default function EmbedPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const text = useText();
  const { zone, origin } = usePage();
  const { video, autoplay } = loaderData;
  if (video === null || video.playback === null) {
    const soon = video !== null && video.status !== 'failed';
    return (
      <main className={styles.closed}>
        <ZoneMark zoneId={zone.id} />
        <h1>{soon ? t('making_state.processing') : t('embed.closed')}</h1>
        <p>{soon ? t('making_state.text') : t('embed.closed_text')}</p>
        <a href={`${origin}/watch${video === null ? '' : `/${video.id}`}`} target="_blank" rel="noopener">
          {t('embed.on', { zone: text(zone.names) })}
        </a>
      </main>
    );
  }
  return (
    <main className={styles.embed}>
      <h1 className="vh">{video.title}</h1>
      <PlayerPlace
        video={video}
        playback={video.playback}
        chapters={chaptersOf(video.description, video.durationSeconds ?? 0)}
        autoplay={autoplay}
        embedded
        head={
          <a className={styles.head} href={`${origin}/watch/${video.id}`} target="_blank" rel="noopener">
            <b className="trunc">{video.title}</b>
            <span className="trunc">
              {video.channel.name} · {text(zone.names)}
            </span>
          </a>
        }
      />
    </main>
  );
}
