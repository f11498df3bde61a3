import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';

/** All of it at once cannot come back: asked once. */
export default function ClearHistory({
  open,
  onOpenChange,
  onClear,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onClear: () => void;
}) {
  const { t } = useTranslation('watch');
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('history.clear_title')}
      text={t('history.clear_text')}
      actions={
        <>
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button kind="danger" onClick={onClear}>
            {t('history.clear')}
          </Button>
        </>
      }
    />
  );
}
