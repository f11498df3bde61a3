import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { toast } from '../../../ui/toast.ts';
import { roomsStore } from '../browser/rooms-store.ts';
import { useRoom } from '../browser/use-room.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

export default function LeaveRoom({ onClose }: { onClose: () => void }) {
  const { t } = useMoreWords();
  const { open, roomId } = useRoomUi();
  const room = useRoom(open, (model) => model.room);
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await api('POST /api/v1/rooms/:roomId/leave', { params: { roomId } });
      await navigate('/rooms');
      void roomsStore().read();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
      onClose();
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t('leave.title', { room: room.name })}
      text={room.visibility === 'private' ? t('leave.text_private') : t('leave.text')}
      actions={
        <>
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button kind="danger" busy={busy} onClick={() => void leave()}>
            {t('leave.do')}
          </Button>
        </>
      }
    />
  );
}
