import type { Message } from '@madang/chat/contract';
import { ApiProblem } from '../../../api/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { toast } from '../../../ui/toast.ts';
import { plainText } from '../engine/message-text.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

/** The server forgets a deleted message's words at once: it is asked before, not undone after. */
export default function DeleteMessage({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useMoreWords();
  const { session, nameOf } = useRoomUi();
  const remove = () => {
    onClose();
    session?.remove(message).catch((error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t('message.delete_title')}
      text={t('message.delete_text')}
      actions={
        <>
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button kind="danger" onClick={remove}>
            {t('message.delete')}
          </Button>
        </>
      }
    >
      <blockquote className="t13 mut clamp2">{plainText(message.body, nameOf) || t('message.file')}</blockquote>
    </Dialog>
  );
}
