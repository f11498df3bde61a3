import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Reference } from '../../../ui/states.tsx';
import { Progress } from '../../../ui/surfaces.tsx';
import { toast } from '../../../ui/toast.ts';
import { secondsFor } from '../engine/transfer-speed.ts';
import type { UploadItem } from '../engine/upload-list.ts';
import { Poster } from '../layout/poster.tsx';
import { useDurations } from '../layout/use-durations.ts';
import { ChooseFile, type FileLineProps, LineFrame } from './line-frame.tsx';
import { MakingLine } from './making-line.tsx';
import styles from './upload.module.css';
import { UNDO_MS } from './upload-queue.ts';
import { useFailureWords } from './use-failure-words.ts';
import type { OpenUpload } from './use-file-rows.ts';

/** A file in the state it is in: on its way, waiting for its owner, or in the making. */
export function FileLine(props: FileLineProps) {
  const { row } = props;
  if (row.item !== undefined && row.item.state !== 'sent') return <SendingLine {...props} item={row.item} />;
  if (row.waiting !== undefined) return <WaitingLine {...props} waiting={row.waiting} />;
  return <MakingLine {...props} />;
}

function SendingLine({ row, item, limits, queue, selected, onSelect, onPick }: FileLineProps & { item: UploadItem }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const { spell } = useDurations();
  const failureWords = useFailureWords(limits);
  const bad = item.state === 'failed' || item.state === 'refused';
  const still = item.state === 'paused' || item.state === 'lost';
  const ratio = item.size === 0 ? 0 : item.sent / item.size;
  const left = secondsFor(item.size - item.sent, item.speed?.rate ?? null);
  const cancel = () => {
    const undo = queue().cancel(item.id);
    toast({ text: t('upload.cancelled', { name: item.name }), timeout: UNDO_MS - 500, action: { label: t('undo'), run: undo } });
  };
  const swap = (file: File) => {
    if (limits === null) return;
    queue().dismiss(item.id);
    const next = item.videoId === null ? queue().add([file], limits) : queue().replace(file, limits, item.videoId);
    if (next !== undefined) onPick(next);
  };
  return (
    <LineFrame
      title={item.name}
      poster={
        <Poster
          poster={row.video?.poster}
          local={item.poster}
          durationSeconds={item.durationSeconds}
          broken={bad}
          dimmed={still}
          className={styles.poster}
        />
      }
      selected={selected}
      onSelect={bad && item.videoId === null ? undefined : onSelect}
      bad={bad}
      actions={
        <>
          {bad && <ChooseFile label={t('upload.other_file')} disabled={limits === null} onFile={swap} />}
          {item.state === 'failed' && (
            <Button size="s" onClick={() => queue().resume(item.id)}>
              <Icon name="refresh" size="s" />
              {t('upload.again')}
            </Button>
          )}
          {item.state === 'lost' && (
            <Button size="s" onClick={() => queue().resume(item.id)}>
              <Icon name="refresh" size="s" />
              {t('upload.reconnect')}
            </Button>
          )}
          {item.state === 'paused' ? (
            <IconButton size="s" icon="play" label={t('upload.resume')} onClick={() => queue().resume(item.id)} />
          ) : (
            !bad && <IconButton size="s" icon="pause" label={t('upload.pause')} onClick={() => queue().pause(item.id)} />
          )}
          <IconButton
            size="s"
            icon={bad ? 'trash' : 'close'}
            label={t(bad ? 'upload.dismiss' : 'upload.cancel')}
            onClick={() => (item.state === 'refused' ? queue().dismiss(item.id) : cancel())}
          />
        </>
      }
    >
      {bad ? (
        <>
          <div className={styles.facts}>
            <Badge kind="bad">{t(item.state === 'refused' ? 'upload.cannot_take' : 'upload.stopped')}</Badge>
            <span className={styles.why}>{failureWords(item.failure)}</span>
          </div>
          {item.failure?.requestId && <Reference requestId={item.failure.requestId} />}
        </>
      ) : (
        <>
          <Progress
            value={ratio}
            label={t('upload.progress', { name: item.name })}
            state={still || item.state === 'queued' ? 'paused' : undefined}
          />
          <div className={styles.facts}>
            {(item.state !== 'queued' || item.sent > 0) && <b className="num">{format.percent(Math.floor(ratio * 100) / 100)}</b>}
            {item.state === 'queued' && <span>{t('upload.queued')}</span>}
            {item.state === 'paused' && <span>{t('upload.paused')}</span>}
            {item.state === 'lost' && <span>{t('upload.lost')}</span>}
            <span className="num">
              {item.sent === 0
                ? format.bytes(item.size)
                : t('upload.amount', { sent: format.bytes(item.sent), size: format.bytes(item.size) })}
            </span>
            {item.state === 'sending' && item.speed?.rate != null && (
              <span className="num">{t('upload.rate', { amount: format.bytes(item.speed.rate) })}</span>
            )}
            {item.state === 'sending' && left !== null && <span className="num">{t('upload.left', { time: spell(left) })}</span>}
          </div>
        </>
      )}
    </LineFrame>
  );
}

/** Begun in a tab that is gone, or on another device: the same file goes on where it was. */
function WaitingLine({ waiting, limits, queue, selected, onPick }: FileLineProps & { waiting: OpenUpload }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const ratio = waiting.length === 0 ? 0 : waiting.received / waiting.length;
  const goOn = (file: File) => {
    if (limits === null) return;
    if (file.size !== waiting.length || file.name !== waiting.name)
      return toast({ text: t('upload.not_same', { name: waiting.name }), urgent: true });
    const next = queue().add([file], limits, { uploadId: waiting.id, url: `/api/v1/uploads/${waiting.id}`, videoId: null });
    if (next !== undefined) onPick(next);
  };
  return (
    <LineFrame
      title={waiting.name}
      poster={<Poster poster={null} dimmed className={styles.poster} />}
      selected={selected}
      actions={<ChooseFile label={t('upload.same_file')} disabled={limits === null} onFile={goOn} />}
    >
      <Progress value={ratio} label={t('upload.progress', { name: waiting.name })} state="paused" />
      <div className={styles.facts}>
        <b className="num">{format.percent(Math.floor(ratio * 100) / 100)}</b>
        <span>{t('upload.waiting', { date: format.date(new Date(waiting.expiresAt)) })}</span>
      </div>
    </LineFrame>
  );
}
