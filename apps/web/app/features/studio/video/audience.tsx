import type { Video, Visibility } from '@madang/video/contract';
import { lazy, Suspense, useId, useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../../api/browser.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.ts';
import { useTelling } from '../layout/use-telling.ts';
import styles from './audience.module.css';
import { isScheduled, StandingWords } from './standing-words.tsx';
import { useKeepVideo } from './use-video.ts';

const ScheduleDialog = lazy(() => import('./schedule-dialog.tsx'));
const CHOICES = ['public', 'unlisted', 'members', 'private'] as const;

/** Who may watch, and from when. Nothing changes until a button is pressed: publishing is not a slip of the finger. */
export function Audience({ video, before }: { video: Video; before?: () => Promise<void> }) {
  const { t } = useTranslation('studioPages');
  const keep = useKeepVideo();
  const telling = useTelling();
  const name = useId();
  const out = video.visibility !== 'private' && video.publishedAt !== null;
  const scheduled = isScheduled(video);
  const now: Visibility = video.visibility;
  const [chosen, setChosen] = useState<Visibility>();
  const [busy, setBusy] = useState(false);
  const [scheduling, setScheduling] = useState(false);
  // A private video is about to be published, mostly: the first choice stands ready.
  const value = chosen ?? (now === 'private' && !scheduled ? 'public' : now);

  const put = async (visibility: Visibility, publishAt: string | null | undefined, said: string) => {
    setBusy(true);
    const old = { visibility: video.visibility, publishAt: video.publishAt };
    const change = async (body: { visibility: Visibility; publishAt?: string | null }) =>
      keep(await api('PATCH /api/v1/videos/:videoId', { params: { videoId: video.id }, body }));
    await before?.();
    const done = await telling(() => change({ visibility, ...(publishAt !== undefined && { publishAt }) }));
    setBusy(false);
    if (!done) return;
    setChosen(undefined);
    toast({
      text: said,
      action: { label: t('undo'), run: () => void telling(() => change({ ...old, publishAt: scheduled ? old.publishAt : undefined })) },
    });
  };
  const settled = (visibility: Visibility) => t('audience.now', { who: t(`visibility.${visibility}`) });
  return (
    <div className={styles.audience}>
      <fieldset className={styles.choices}>
        <legend className="label">{t('audience.who')}</legend>
        {CHOICES.map((choice) => (
          <label key={choice}>
            <input type="radio" name={name} value={choice} checked={choice === value} onChange={() => setChosen(choice)} />
            <span>
              <b>{t(`visibility.${choice}`)}</b>
              <span>{t(`visibility_means.${choice}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {value === 'members' && (
        <p className="t13 dim">
          <Link to="/studio/channel#members" className="link">
            {t('audience.invite')}
          </Link>
        </p>
      )}
      {(out || scheduled) && (
        <p className={styles.standing} role="status">
          <StandingWords video={video} />
        </p>
      )}
      <div className={styles.actions}>
        {out ? (
          <Button
            kind={value === now ? 'secondary' : 'primary'}
            disabled={value === now}
            busy={busy}
            onClick={() => void put(value, undefined, settled(value))}
          >
            {value === now ? t('audience.is_now') : t('audience.change')}
          </Button>
        ) : value === 'private' ? (
          <Button disabled={now === 'private' && !scheduled} busy={busy} onClick={() => void put('private', null, settled('private'))}>
            {t('audience.keep_private')}
          </Button>
        ) : (
          <>
            <Button disabled={busy} onClick={() => setScheduling(true)}>
              {scheduled ? t('audience.other_time') : t('audience.schedule')}
            </Button>
            <Button kind="primary" busy={busy} onClick={() => void put(value, null, settled(value))}>
              {t('audience.publish_now')}
            </Button>
          </>
        )}
      </div>
      {scheduling && (
        <Suspense>
          <ScheduleDialog
            at={video.publishAt}
            onClose={() => setScheduling(false)}
            onChoose={(at, words) => {
              setScheduling(false);
              void put(value, at, t('audience.scheduled', { date: words }));
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
