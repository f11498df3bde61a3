import type { Video } from '@madang/video/contract';
import { lazy, Suspense, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Progress } from '../../../ui/surfaces.tsx';
import { ACCEPTED } from '../engine/file-check.ts';
import layout from '../layout/studio.module.css';
import { uploadsOf, useUploads } from '../upload/uploads.ts';
import { useFailureWords } from '../upload/use-failure-words.ts';
import styles from './video.module.css';

const DeleteDialog = lazy(() => import('../videos/delete-dialog.tsx'));

/** The bytes themselves: another source, the one that is there, or none any more. */
export function FilePart({ video }: { video: Video }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const { person } = usePage();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [deleting, setDeleting] = useState(false);
  const personId = person?.id ?? '';
  const limits = useEndpoint('GET /api/v1/uploads/limits');
  const words = useFailureWords(limits.data ?? null);
  const { items } = useUploads(personId);
  const sending = items.findLast(({ videoId, state }) => videoId === video.id && state !== 'sent');
  const replace = (file: File) => {
    if (limits.data !== undefined) uploadsOf(personId).replace(file, limits.data, video.id);
  };
  return (
    <section className={`card ${layout.part}`}>
      <div className={layout.partHead}>
        <h2 className="grow">{t('file.title')}</h2>
        {video.bytes !== null && <span className="t13 dim num">{t('file.bytes', { size: format.bytes(video.bytes) })}</span>}
      </div>
      {sending && (
        <div className={styles.sending}>
          {sending.failure ? (
            <p className="t13" role="alert">
              {words(sending.failure)}
            </p>
          ) : (
            <Progress
              value={sending.size === 0 ? 0 : sending.sent / sending.size}
              label={t('upload.progress', { name: sending.name })}
              state={sending.state === 'sending' ? undefined : 'paused'}
            />
          )}
          <Link to="/studio" className="t13 link">
            {t('file.to_uploads')}
          </Link>
        </div>
      )}
      <div className={styles.fileActions}>
        <Button
          disabled={limits.data === undefined || limits.data.unavailable !== null || sending !== undefined}
          onClick={() => input.current?.click()}
        >
          <Icon name="refresh" size="s" />
          {t('file.replace')}
        </Button>
        <input
          ref={input}
          type="file"
          accept={ACCEPTED}
          hidden
          aria-label={t('file.replace')}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) replace(file);
          }}
        />
        {video.bytes !== null && video.status !== 'uploading' && (
          <a className="btn secondary" href={`/api/v1/videos/${video.id}/original`} download>
            <Icon name="download" size="s" />
            {t('file.original')}
          </a>
        )}
        <Button kind="quiet" className={layout.danger} onClick={() => setDeleting(true)}>
          <Icon name="trash" size="s" />
          {t('delete')}
        </Button>
      </div>
      <p className="t13 dim">{t('file.replace_text')}</p>
      {deleting && (
        <Suspense>
          <DeleteDialog videos={[video]} onClose={() => setDeleting(false)} onDone={() => void navigate('/studio/videos')} />
        </Suspense>
      )}
    </section>
  );
}
