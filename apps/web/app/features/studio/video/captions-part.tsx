import type { Video } from '@madang/video/contract';
import { lazy, Suspense, useRef, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { toast } from '../../../ui/toast.ts';
import { toWebVtt } from '../engine/subtitles.ts';
import layout from '../layout/studio.module.css';
import { useTelling } from '../layout/use-telling.ts';
import { useKeepVideo } from './use-video.ts';
import styles from './video.module.css';

const CaptionsDialog = lazy(() => import('./captions-dialog.tsx'));
/** As the server takes them, of WebVTT. */
const LARGEST = 2_000_000;

/** What is said, to be read: one text for each language, from `.vtt` or `.srt`. */
export function CaptionsPart({ video }: { video: Video }) {
  const { t } = useTranslation('studioPages');
  const telling = useTelling();
  const keep = useKeepVideo();
  const input = useRef<HTMLInputElement>(null);
  const [read, setRead] = useState<{ name: string; vtt: string }>();
  const captions = video.playback?.captions ?? [];
  const made = video.playback !== null;

  const take = async (file: File) => {
    const vtt = file.size > LARGEST * 2 ? undefined : toWebVtt(new Uint8Array(await file.arrayBuffer()));
    if (vtt === undefined || vtt.length > LARGEST) return toast({ text: t('captions.unreadable', { name: file.name }), urgent: true });
    setRead({ name: file.name, vtt });
  };
  const put = (language: string, name: string, vtt: string) =>
    telling(async () =>
      keep(await api('PUT /api/v1/videos/:videoId/captions/:language', { params: { videoId: video.id, language }, body: { name, vtt } })),
    );
  const remove = async ({ id, language, name, src }: (typeof captions)[number]) => {
    // Kept for as long as it can be taken back.
    const vtt = await fetch(src.replace(/index\.m3u8$/, 'text.vtt')).then(
      (answer) => (answer.ok ? answer.text() : undefined),
      () => undefined,
    );
    const done = await telling(async () =>
      keep(await api('DELETE /api/v1/videos/:videoId/captions/:captionsId', { params: { videoId: video.id, captionsId: id } })),
    );
    if (done)
      toast({
        text: t('captions.removed', { name }),
        ...(vtt !== undefined && { action: { label: t('undo'), run: () => void put(language, name, vtt) } }),
      });
  };
  return (
    <section className={`card ${layout.part}`}>
      <div className={layout.partHead}>
        <h2 className="grow">{t('captions.title')}</h2>
        <Button size="s" disabled={!made} onClick={() => input.current?.click()}>
          <Icon name="plus" size="s" />
          {t('captions.add')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".vtt,.srt,text/vtt,application/x-subrip"
          hidden
          aria-label={t('captions.add')}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void take(file);
          }}
        />
      </div>
      {captions.length === 0 ? (
        <p className="t13 dim">{made ? t('captions.empty') : t('captions.later')}</p>
      ) : (
        <ul className={styles.captions}>
          {captions.map((one) => (
            <li key={one.id}>
              <Icon name="captions" size="s" />
              <span className="grow trunc">{one.name}</span>
              <span className="t12 dim">{one.language}</span>
              <IconButton size="s" icon="trash" label={t('captions.remove', { name: one.name })} onClick={() => void remove(one)} />
            </li>
          ))}
        </ul>
      )}
      {read && (
        <Suspense>
          <CaptionsDialog
            file={read}
            spoken={video.language}
            onClose={() => setRead(undefined)}
            onPut={async (language, name) => {
              if (await put(language, name, read.vtt)) setRead(undefined);
            }}
          />
        </Suspense>
      )}
    </section>
  );
}
