import type { UploadLimits } from '@madang/media/contract';
import clsx from 'clsx';
import { useEffect, useRef, useState } from 'react';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { RichText } from '../../../i18n/rich-text.tsx';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { StateMark } from '../../../ui/mark.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { ACCEPTED } from '../engine/file-check.ts';
import { totalsOf } from '../engine/upload-list.ts';
import { StudioHead, useLoadedLimits } from '../layout/studio-head.tsx';
import { useDurations } from '../layout/use-durations.ts';
import { DetailsPanel } from './details-panel.tsx';
import { FileLine } from './file-line.tsx';
import styles from './upload.module.css';
import { uploadsOf, useUploads } from './uploads.ts';
import { useFileDrop } from './use-file-drop.ts';
import { useFileRows } from './use-file-rows.ts';

/** Files on their way into the zone: taken in, sent, watched while they are made, described meanwhile. */
export default function UploadSection() {
  const { t } = useTranslation('studio');
  const { t: words } = useTranslation('studioPages');
  const { person } = usePage();
  const personId = person?.id ?? '';
  const loaded = useLoadedLimits();
  const asked = useEndpoint('GET /api/v1/uploads/limits', { initialData: loaded ?? undefined, refetchInterval: 60_000 });
  const { queue, items } = useUploads(personId);
  const list = useFileRows(items);
  const [picked, setPicked] = useState<string>();
  const limits = asked.data ?? null;
  const shown =
    list.rows.find(({ key }) => key === picked) ??
    list.rows.find(({ item, video }) => video?.status !== 'failed' && (item?.videoId ?? video?.id ?? null) !== null);
  const open = limits !== null && limits.unavailable === null;

  const add = (files: readonly File[]) => {
    if (!open || files.length === 0) return;
    const first = queue().add(files, limits);
    if (first !== undefined) setPicked(first);
  };
  const over = useFileDrop(open, add);
  return (
    <>
      <StudioHead title={t('section.upload')} files={list.rows.length} limits={limits} />
      <div className={clsx(styles.columns, shown === undefined && styles.alone)}>
        <div className={styles.list}>
          {limits?.unavailable && <Unavailable {...limits.unavailable} />}
          {asked.isError && limits === null && (
            <ErrorState title={words('upload.limits_failed')} problem={asked.error} onRetry={() => void asked.refetch()} />
          )}
          <DropPlace over={over} limits={limits} disabled={!open} onFiles={add} bare={list.rows.length === 0} />
          {list.rows.length > 0 ? (
            <>
              <Summary personId={personId} />
              <ul className={styles.files}>
                {list.rows.map((row) => (
                  <FileLine
                    key={row.key}
                    row={row}
                    limits={limits}
                    queue={queue}
                    selected={row === shown}
                    onSelect={() => setPicked(row.key)}
                    onPick={setPicked}
                  />
                ))}
              </ul>
            </>
          ) : list.pending ? (
            <Loading label={t('section.files')}>
              {[0, 1, 2].map((n) => (
                <div key={n} className={styles.line}>
                  <Skeleton width={128} height={72} />
                  <div className="grow">
                    <Skeleton width="50%" height={18} />
                    <Skeleton width="100%" height={6} style={{ margin: '12px 0' }} />
                    <Skeleton width="30%" height={14} />
                  </div>
                </div>
              ))}
            </Loading>
          ) : list.problem ? (
            <ErrorState title={words('upload.list_failed')} problem={list.problem} onRetry={() => void list.again()} />
          ) : null}
        </div>
        {shown !== undefined && <DetailsPanel key={shown.item?.videoId ?? shown.video?.id ?? shown.key} row={shown} queue={queue} />}
      </div>
      {over && (
        <div className={styles.veil} aria-hidden="true">
          <StateMark />
          <b>{words('upload.drop_here')}</b>
        </div>
      )}
    </>
  );
}

/** Said before anybody chooses a file in vain. */
function Unavailable({ what, command }: { what: string; command: string }) {
  const { t } = useTranslation('studioPages');
  return (
    <div className={styles.unavailable} role="alert">
      <Icon name="alert" />
      <div className="col grow">
        <b>{t('upload.unavailable')}</b>
        <span className="t13 mut">{what}</span>
        <code className="mono t12">{command}</code>
      </div>
    </div>
  );
}

interface DropPlaceProps {
  over: boolean;
  /** Nothing else is on the page: it may be larger. */
  bare: boolean;
  limits: UploadLimits | null;
  disabled: boolean;
  onFiles: (files: readonly File[]) => void;
}

function DropPlace({ over, bare, limits, disabled, onFiles }: DropPlaceProps) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const { spell } = useDurations();
  const input = useRef<HTMLInputElement>(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is the way for keyboards; the rest of the frame only helps a pointer
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      className={clsx(styles.drop, over && styles.over, bare && styles.bare)}
      aria-disabled={disabled || undefined}
      onClick={(event) => {
        if (!disabled && !(event.target instanceof HTMLInputElement)) input.current?.click();
      }}
    >
      <StateMark />
      <span className="grow">
        <b>{t('upload.drop')}</b>
        <span className="t13 dim">
          {limits === null
            ? t('upload.formats')
            : t('upload.limits', {
                size: format.bytes(limits.maxBytes),
                length: spell(limits.maxSeconds),
                left: format.bytes(Math.max(0, limits.limitBytes - limits.usedBytes)),
              })}
        </span>
      </span>
      <Button disabled={disabled} kind={bare ? 'primary' : 'secondary'}>
        <Icon name="plus" size="s" />
        {t('upload.choose')}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        disabled={disabled}
        aria-label={t('upload.choose')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </div>
  );
}

/** All files in one line. Told aloud when their number changes, not with every percent. */
function Summary({ personId }: { personId: string }) {
  const { t } = useTranslation('studioPages');
  const { spell } = useDurations();
  const { items } = useUploads(personId);
  const { files, sending, open, paused, lost, secondsLeft } = totalsOf(items);
  const [told, setTold] = useState('');
  const finished = items.filter(({ state }) => state === 'sent').length;
  const count = t('upload.sending_of', { total: files, count: sending });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what changed in number is told
  useEffect(() => setTold(items.length === 0 ? '' : `${count} ${t('upload.finished', { count: finished })}`), [sending, finished, files]);
  if (open + paused === 0)
    return (
      <div className={styles.summary}>
        <h2 className="t13 mut grow">{t('upload.in_the_making')}</h2>
        <span className="vh" role="status">
          {told}
        </span>
      </div>
    );
  return (
    <div className={styles.summary}>
      <p className="t13 mut num grow">
        <RichText
          text={
            open === 0
              ? t('upload.all_paused', { count: paused })
              : lost > 0 && sending === 0
                ? t('upload.all_lost')
                : t('upload.total', { count: sending === 0 ? t('upload.preparing', { count: open }) : count })
          }
          parts={{ b: (inner) => <b>{inner}</b> }}
        />
        {secondsLeft !== null && open > 0 && ` · ${t('upload.in_all', { time: spell(secondsLeft) })}`}
      </p>
      <span className="vh" role="status">
        {told}
      </span>
      {paused > 0 && (
        <Button kind="quiet" size="s" onClick={() => uploadsOf(personId).resumeAll()}>
          {t('upload.resume_all')}
        </Button>
      )}
      {open > 0 && (
        <Button kind="quiet" size="s" onClick={() => uploadsOf(personId).pauseAll()}>
          {t('upload.pause_all')}
        </Button>
      )}
    </div>
  );
}
