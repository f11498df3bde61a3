import type { Me } from '@madang/identity/contract';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { api } from '../../api/browser.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { useRefusal } from '../../ui/complaint.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Progress } from '../../ui/surfaces.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './account.module.css';
import { sendPicture } from './send-picture.ts';

const TYPES = 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/heic';
/** As the server takes them, bytes. */
const LARGEST = 10_000_000;

interface Sending {
  readonly preview: string;
  readonly ratio: number;
}

/** The picture others see: chosen, shown as it will stand, sent, and taken away again with a way back. */
export function PictureEditor({ me }: { me: Me }) {
  const { t } = useTranslation('account');
  const format = useFormat();
  const reload = useReload();
  const refusal = useRefusal();
  const input = useRef<HTMLInputElement>(null);
  const abort = useRef<AbortController>(undefined);
  const [sending, setSending] = useState<Sending>();
  const [refused, setRefused] = useState<string>();
  useEffect(() => () => abort.current?.abort(), []);

  async function send(file: File): Promise<void> {
    if (file.size > LARGEST) return setRefused(t('picture.too_large', { limit: format.bytes(LARGEST) }));
    setRefused(undefined);
    const controller = new AbortController();
    abort.current = controller;
    const preview = URL.createObjectURL(file);
    setSending({ preview, ratio: 0 });
    try {
      const { fileId } = await sendPicture(file, {
        signal: controller.signal,
        onProgress: (ratio) => setSending({ preview, ratio }),
      });
      await api('PUT /api/v1/users/me/avatar', { body: { fileId } });
      await reload();
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      setRefused(refusal(error));
    } finally {
      setSending(undefined);
      URL.revokeObjectURL(preview);
    }
  }

  async function remove(): Promise<void> {
    const fileId = me.avatarUrl?.split('/').at(-1);
    try {
      await api('DELETE /api/v1/users/me/avatar');
      await reload();
    } catch (error) {
      return setRefused(refusal(error));
    }
    const back = async () => {
      if (fileId === undefined) return;
      await api('PUT /api/v1/users/me/avatar', { body: { fileId } }).catch((error: unknown) =>
        toast({ text: refusal(error), urgent: true }),
      );
      await reload();
    };
    toast({ text: t('picture.removed'), action: { label: t('undo'), run: () => void back() } });
  }

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    // The same file chosen again is a new attempt.
    event.target.value = '';
    if (file !== undefined) void send(file);
  };
  return (
    <div className={styles.picture}>
      <span className={styles.portrait}>
        <Avatar person={sending === undefined ? me : { ...me, avatarUrl: sending.preview }} size="xl" />
      </span>
      <div className="col grow" style={{ gap: 8 }}>
        {sending === undefined ? (
          <div className="row wrap">
            <Button onClick={() => input.current?.click()}>
              <Icon name="image" size="s" />
              {me.avatarUrl === null ? t('picture.choose') : t('picture.change')}
            </Button>
            {me.avatarUrl !== null && (
              <Button kind="quiet" onClick={() => void remove()}>
                {t('picture.remove')}
              </Button>
            )}
          </div>
        ) : (
          <div className="row">
            <div className="grow">
              <Progress value={sending.ratio} label={t('picture.sending')} />
            </div>
            <span className="t13 num">{format.percent(sending.ratio)}</span>
            <Button size="s" kind="quiet" onClick={() => abort.current?.abort()}>
              {t('cancel')}
            </Button>
          </div>
        )}
        {refused === undefined ? (
          <p className="t13 dim">{t('picture.help', { limit: format.bytes(LARGEST) })}</p>
        ) : (
          <p className={styles.refused} role="alert">
            <Icon name="alert" size="s" />
            {refused}
          </p>
        )}
        <input ref={input} type="file" accept={TYPES} hidden onChange={choose} aria-label={t('picture.choose')} />
      </div>
    </div>
  );
}
