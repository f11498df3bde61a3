import type { Person } from '@madang/chat/contract';
import { type FormEvent, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import { SelectField } from '../../../ui/select.tsx';
import { toast } from '../../../ui/toast.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';

const LENGTHS = ['hour', 'day', 'week', 'ever'] as const;
type Length = (typeof LENGTHS)[number];
const HOURS: Readonly<Record<Length, number | null>> = { hour: 1, day: 24, week: 168, ever: null };

/** Takes the word, or the room, from someone for a while; the toast takes it back. */
export default function RestrictPerson({ what, person, onClose }: { what: 'ban' | 'mute'; person: Person; onClose: () => void }) {
  const { t } = useMoreWords();
  const { roomId } = useRoomUi();
  const [length, setLength] = useState<Length>(what === 'mute' ? 'hour' : 'ever');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const restrict = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const hours = HOURS[length];
    const body = {
      userId: person.id,
      reason: String(new FormData(event.currentTarget).get('reason') ?? ''),
      until: hours === null ? null : new Date(Date.now() + hours * 3_600_000).toISOString(),
    };
    const lifted = { params: { roomId, userId: person.id } };
    setBusy(true);
    try {
      if (what === 'ban') await api('POST /api/v1/rooms/:roomId/bans', { params: { roomId }, body });
      else await api('POST /api/v1/rooms/:roomId/mutes', { params: { roomId }, body });
      toast({
        text: t(`person.${what}_done`, { name: person.name }),
        action: {
          label: t('undo'),
          run: () =>
            void (
              what === 'ban'
                ? api('DELETE /api/v1/rooms/:roomId/bans/:userId', lifted)
                : api('DELETE /api/v1/rooms/:roomId/mutes/:userId', lifted)
            ).catch(() => toast({ text: t('failed'), urgent: true })),
        },
      });
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.document.message || t('failed'));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t(`person.${what}`, { name: person.name })}
      text={t(`person.${what}_text`)}
    >
      <form className="col" style={{ gap: 16 }} onSubmit={(event) => void restrict(event)}>
        <SelectField
          label={t('person.length')}
          value={length}
          options={LENGTHS.map((value) => ({ value, label: t(`person.for_${value}`) }))}
          onChange={setLength}
        />
        <TextField label={t('person.reason')} name="reason" maxLength={300} error={problem} help={t('person.reason_help')} />
        <div className="dialog-actions">
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button kind="danger" type="submit" busy={busy}>
            {t(`person.${what}_do`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
