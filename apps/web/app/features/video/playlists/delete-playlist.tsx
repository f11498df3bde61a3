import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';

interface DeletePlaylistProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  onDelete: () => void;
}

/** A list cannot be put together again by an undo: asked once. */
export default function DeletePlaylist({ open, onOpenChange, title, onDelete }: DeletePlaylistProps) {
  const { t } = useTranslation('watch');
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('playlist.delete_title', { title })}
      text={t('playlist.delete_text')}
      actions={
        <>
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button kind="danger" onClick={onDelete}>
            {t('playlist.delete')}
          </Button>
        </>
      }
    />
  );
}
