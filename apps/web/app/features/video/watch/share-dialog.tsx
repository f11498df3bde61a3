import { useId, useState } from 'react';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { Checkbox, Field } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { toast } from '../../../ui/toast.ts';
import { clockText, secondsOf } from '../player/engine/clock-text.ts';
import type { Video } from '../player/use-player.ts';
import { embedCode } from './embed-code.ts';
import styles from './watch.module.css';

/** The address, from a moment on if one likes, and the code for other pages. */
export default function ShareDialog({ video, seconds, onClose }: { video: Video; seconds: number; onClose: () => void }) {
  const { t } = useTranslation('watch');
  const timeId = useId();
  const [atTime, setAtTime] = useState(false);
  const [time, setTime] = useState(clockText(seconds));
  const start = atTime ? secondsOf(time.trim()) : undefined;
  const address = `${location.origin}/watch/${video.id}${start ? `?t=${start}` : ''}`;
  const code = embedCode({ origin: location.origin, video, start });
  const open = video.visibility === 'public' || video.visibility === 'unlisted';

  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    toast({ text: t('share.copied') });
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={t('share.title')}
      text={open ? undefined : t('share.closed')}
      actions={
        <>
          {'share' in navigator && (
            <Button onClick={() => void navigator.share({ title: video.title, url: address }).catch(() => undefined)}>
              <Icon name="share" size="s" />
              {t('share.apps')}
            </Button>
          )}
          <DialogClose render={<Button kind="primary">{t('ui:close')}</Button>} />
        </>
      }
    >
      <div className="col" style={{ gap: 16 }}>
        <Field label={t('share.address')}>
          {(control) => (
            <div className="in-wrap">
              <input className="in" {...control} readOnly value={address} onFocus={(event) => event.target.select()} />
              <IconButton icon="copy" label={t('share.copy')} onClick={() => void copy(address)} />
            </div>
          )}
        </Field>
        <div className="row">
          <Checkbox label={t('share.from')} checked={atTime} onChange={(event) => setAtTime(event.target.checked)} />
          <label className="vh" htmlFor={timeId}>
            {t('share.time')}
          </label>
          <input
            id={timeId}
            className={`in num ${styles.time}`}
            value={time}
            inputMode="numeric"
            disabled={!atTime}
            aria-invalid={atTime && start === undefined ? true : undefined}
            onChange={(event) => setTime(event.target.value)}
          />
        </div>
        {open && (
          <Field label={t('share.embed')}>
            {(control) => (
              <div className="in-wrap">
                <textarea
                  className={`in ${styles.embedCode}`}
                  rows={4}
                  {...control}
                  readOnly
                  value={code}
                  onFocus={(event) => event.target.select()}
                />
                <IconButton icon="copy" label={t('share.copy_embed')} onClick={() => void copy(code)} />
              </div>
            )}
          </Field>
        )}
      </div>
    </Dialog>
  );
}
