import type { VideoCard } from '@madang/video/contract';
import { useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useQueries } from '../../../api/queries.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { toast } from '../../../ui/toast.ts';
import { useTelling } from '../layout/use-telling.ts';

interface DeleteDialogProps {
  videos: readonly Pick<VideoCard, 'id' | 'title'>[];
  onClose: () => void;
  onDone?: () => void;
}

/** What was made of a film cannot be brought back, so this is asked once more. */
export default function DeleteDialog({ videos, onClose, onDone }: DeleteDialogProps) {
  const { t } = useTranslation('studioPages');
  const telling = useTelling();
  const queries = useQueries();
  const [busy, setBusy] = useState(false);
  const [only] = videos;
  const count = videos.length;
  const remove = async () => {
    setBusy(true);
    const done = await telling(async () => {
      for (const { id } of videos) await api('DELETE /api/v1/videos/:videoId', { params: { videoId: id } });
    });
    setBusy(false);
    for (const name of ['GET /api/v1/videos', 'GET /api/v1/uploads/limits']) void queries.invalidateQueries({ queryKey: [name] });
    if (!done) return;
    onClose();
    onDone?.();
    toast({ text: t('videos.deleted', { count }) });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={count === 1 && only ? t('videos.delete_title', { title: only.title }) : t('videos.delete_these', { count })}
      text={t('videos.delete_text')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="danger" busy={busy} onClick={() => void remove()}>
            {t('delete')}
          </Button>
        </>
      }
    />
  );
}
