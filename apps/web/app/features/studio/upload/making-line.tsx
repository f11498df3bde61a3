import { api } from '../../../api/browser.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { Progress, Skeleton } from '../../../ui/surfaces.tsx';
import { toast } from '../../../ui/toast.ts';
import { Poster } from '../layout/poster.tsx';
import { clockOf, useDurations } from '../layout/use-durations.ts';
import { useTelling } from '../layout/use-telling.ts';
import { StandingWords } from '../video/standing-words.tsx';
import { useKeepVideo, useVideo } from '../video/use-video.ts';
import { ChooseFile, type FileLineProps, LineFrame } from './line-frame.tsx';
import type { AssetProgress } from './progress-chips.tsx';
import { RungChips } from './progress-chips.tsx';
import styles from './upload.module.css';
import { useFailureWords } from './use-failure-words.ts';

/** Failures that are not the source's fault. */
export const TRY_AGAIN: ReadonlySet<string> = new Set(['media.tools_missing', 'media.no_space', 'media.making_failed']);

/** What is made of a file that is all there, or was begun in another tab. */
export function MakingLine({ row, limits, queue, selected, onSelect, onPick }: FileLineProps) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const telling = useTelling();
  const failureWords = useFailureWords(limits);
  const keep = useKeepVideo();
  const videoId = row.item?.videoId ?? row.video?.id;
  const {
    video,
    status = row.video?.status ?? 'queued',
    progress,
    failure,
    live,
  } = useVideo(videoId ?? '', { enabled: videoId !== undefined });
  const retry = () => telling(async () => keep(await api('POST /api/v1/videos/:videoId/retry', { params: { videoId: videoId ?? '' } })));
  const title = video?.title ?? row.video?.title ?? row.item?.name ?? '';
  const failed = status === 'failed';
  const left = status === 'uploading';
  const replace = (file: File) => {
    if (limits === null || videoId === undefined) return;
    if (row.item) queue().dismiss(row.item.id);
    onPick(queue().replace(file, limits, videoId));
  };
  const goOn = (file: File) => {
    if (limits === null || !video?.uploadId) return;
    if (live !== undefined && live.totalBytes !== file.size) return toast({ text: t('upload.not_same', { name: title }), urgent: true });
    const next = queue().add([file], limits, { uploadId: video.uploadId, url: `/api/v1/uploads/${video.uploadId}`, videoId: video.id });
    if (next !== undefined) onPick(next);
  };
  const received = live === undefined || live.totalBytes === 0 ? null : live.receivedBytes / live.totalBytes;
  return (
    <LineFrame
      title={title}
      poster={
        <Poster
          poster={video?.poster ?? row.video?.poster}
          local={row.item?.poster}
          durationSeconds={video?.durationSeconds ?? row.item?.durationSeconds}
          broken={failed}
          dimmed={left}
          className={styles.poster}
        />
      }
      selected={selected}
      onSelect={onSelect}
      bad={failed}
      actions={
        <>
          {left && <ChooseFile label={t('upload.same_file')} disabled={limits === null || !video?.uploadId} onFile={goOn} />}
          {failed && (
            <>
              {TRY_AGAIN.has(failure?.code ?? '') && (
                <Button size="s" onClick={() => void retry()}>
                  <Icon name="refresh" size="s" />
                  {t('upload.again')}
                </Button>
              )}
              <ChooseFile label={t('upload.other_file')} disabled={limits === null} onFile={replace} />
            </>
          )}
          {(status === 'ready' || status === 'playable') && video?.visibility === 'private' && (
            <Button size="s" onClick={onSelect}>
              {t('audience.publish')}
            </Button>
          )}
          {video !== undefined && (
            <MenuButton
              className="iconb sm"
              aria-label={t('more_of', { name: title })}
              load={() => import('../videos/video-menu.tsx')}
              panel={{ video, onDismiss: row.item && (() => queue().dismiss(row.item?.id ?? '')) }}
            >
              <Icon name="more" size="s" />
            </MenuButton>
          )}
        </>
      }
    >
      {failed ? (
        <div className={styles.facts}>
          <Badge kind="bad">{t('upload.cannot_make')}</Badge>
          <span className={styles.why}>{failureWords(failure)}</span>
          {failure && <code className={`mono t12 dim ${styles.code}`}>{failure.code}</code>}
        </div>
      ) : left ? (
        <>
          {received !== null && <Progress value={received} label={t('upload.progress', { name: title })} state="paused" />}
          <div className={styles.facts}>
            {received !== null && <b className="num">{format.percent(Math.floor(received * 100) / 100)}</b>}
            <span>{t('upload.left_open')}</span>
          </div>
        </>
      ) : video === undefined ? (
        <Skeleton width={180} height={14} style={{ marginTop: 8 }} />
      ) : status === 'ready' ? (
        <div className={styles.facts}>
          <Badge kind="ok">{t('status.ready')}</Badge>
          {video.durationSeconds !== null && <span className="num">{clockOf(video.durationSeconds)}</span>}
          {video.width !== null && <span className="num">{`${Math.min(video.width, video.height ?? video.width)}p`}</span>}
          <StandingWords video={video} />
        </div>
      ) : (
        <Making title={title} status={status} progress={progress} />
      )}
    </LineFrame>
  );
}

function Making({
  title,
  status,
  progress,
}: {
  title: string;
  status: 'queued' | 'processing' | 'playable';
  progress: AssetProgress | undefined;
}) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const { spell } = useDurations();
  const percent = progress?.percent ?? 0;
  return (
    <>
      <Progress value={percent / 100} label={t('upload.making', { name: title })} state={status === 'queued' ? 'paused' : undefined} />
      <div className={styles.facts}>
        <Badge kind={status === 'playable' ? 'ok' : undefined}>{t(`status.${status}`)}</Badge>
        {status !== 'queued' && progress !== undefined && progress.rungs.length === 0 && (
          <b className="num">{format.percent(percent / 100)}</b>
        )}
        <RungChips rungs={progress?.rungs ?? []} />
        <span className="num">
          {[
            progress?.speed != null && t('upload.times', { speed: format.number(Math.round(progress.speed * 10) / 10) }),
            progress?.etaSeconds != null && t('upload.about', { time: spell(progress.etaSeconds) }),
          ]
            .filter((part) => part !== false)
            .join(' · ')}
        </span>
      </div>
    </>
  );
}
