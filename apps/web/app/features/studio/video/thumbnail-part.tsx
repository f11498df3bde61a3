import type { Video } from '@madang/video/contract';
import clsx from 'clsx';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { toast } from '../../../ui/toast.ts';
import layout from '../layout/studio.module.css';
import { clockOf } from '../layout/use-durations.ts';
import { useTelling } from '../layout/use-telling.ts';
import { useKeepVideo } from './use-video.ts';
import styles from './video.module.css';

/** As the server takes them, bytes. */
const LARGEST = 10_000_000;
const TYPES = 'image/jpeg,image/png,image/webp,image/avif';

/** The picture that stands for the film: one of its own frames, or one the person brings. */
export function ThumbnailPart({ video }: { video: Video }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const telling = useTelling();
  const keep = useKeepVideo();
  const input = useRef<HTMLInputElement>(null);
  const [own, setOwn] = useState<{ preview: string; busy: boolean }>();
  const made = video.status === 'ready' || video.status === 'playable';
  const asked = useEndpoint('GET /api/v1/videos/:videoId/thumbnails', { input: { params: { videoId: video.id } }, enabled: made });
  const preview = own?.preview;
  useEffect(() => () => (preview === undefined ? undefined : URL.revokeObjectURL(preview)), [preview]);

  const choose = async (index: number) => {
    const done = await telling(async () =>
      keep(await api('PUT /api/v1/videos/:videoId/thumbnail', { params: { videoId: video.id }, body: { index } })),
    );
    if (done) setOwn(undefined);
    void asked.refetch();
  };
  const send = async (file: File) => {
    if (file.size > LARGEST) return toast({ text: t('thumbnail.too_large', { size: format.bytes(LARGEST) }), urgent: true });
    setOwn({ preview: URL.createObjectURL(file), busy: true });
    const form = new FormData();
    form.set('file', file);
    const done = await telling(async () =>
      keep(await api('POST /api/v1/videos/:videoId/thumbnail-file', { params: { videoId: video.id }, form })),
    );
    setOwn((before) => (done && before ? { ...before, busy: false } : undefined));
    void asked.refetch();
  };
  const chosen = asked.data?.chosen ?? null;
  return (
    <section className={`card ${layout.part}`}>
      <div className={layout.partHead}>
        <h2 className="grow">{t('thumbnail.title')}</h2>
      </div>
      {!made ? (
        <p className="t13 dim">{t('thumbnail.later')}</p>
      ) : asked.isError ? (
        <ErrorState title={t('thumbnail.failed')} problem={asked.error} onRetry={() => void asked.refetch()} />
      ) : (
        <ul className={styles.thumbnails}>
          <li>
            <button
              type="button"
              className={clsx(styles.thumbnail, styles.bring, own && !own.busy && styles.chosen)}
              aria-busy={own?.busy || undefined}
              onClick={() => input.current?.click()}
            >
              {own && <img src={own.preview} alt="" />}
              <span className={own && styles.over}>
                <Icon name="image" size="s" />
                {own?.busy ? t('thumbnail.sending') : t('thumbnail.bring')}
              </span>
            </button>
            <input
              ref={input}
              type="file"
              accept={TYPES}
              hidden
              aria-label={t('thumbnail.bring')}
              onChange={(event) => {
                const file = event.target.files?.[0];
                event.target.value = '';
                if (file) void send(file);
              }}
            />
          </li>
          {asked.data === undefined
            ? [0, 1, 2].map((n) => (
                <li key={n}>
                  <Skeleton height="auto" style={{ aspectRatio: '16 / 9', borderRadius: 8 }} />
                </li>
              ))
            : asked.data.items.map(({ index, url, atSeconds }) => (
                <li key={index}>
                  <button
                    type="button"
                    className={clsx(styles.thumbnail, chosen === index && !own && styles.chosen)}
                    aria-pressed={chosen === index && !own}
                    aria-label={t('thumbnail.at', { time: clockOf(atSeconds) })}
                    onClick={() => void choose(index)}
                  >
                    <img src={url} alt="" loading="lazy" />
                    {chosen === index && !own && (
                      <i>
                        <Icon name="check" size="s" />
                      </i>
                    )}
                  </button>
                </li>
              ))}
        </ul>
      )}
    </section>
  );
}
