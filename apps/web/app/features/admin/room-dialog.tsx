import { type FormEvent, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { useChange } from '../../api/use-change.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { SelectField } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './admin.module.css';
import type { Room } from './rooms-section.tsx';
import { SLOW_MODES, useSlowModeWords } from './slow-mode.ts';

const FOREVER = 'forever';
const KEPT_DAYS = [7, 30, 90, 365] as const;

/** A room's name and topic, who gets in, how fast people may write, how long it is kept. */
export default function RoomDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const queries = useQueries();
  const slowMode = useSlowModeWords();
  const [visibility, setVisibility] = useState(room.visibility === 'private' ? 'private' : 'public');
  const [slow, setSlow] = useState(String(room.slowModeSeconds));
  const [kept, setKept] = useState(room.retentionDays === null ? FOREVER : String(room.retentionDays));
  const { run, busy, problem } = useChange((body: { name: string; topic: string }) =>
    api('PATCH /api/v1/rooms/:roomId', {
      params: { roomId: room.id },
      body: {
        ...body,
        visibility: visibility === 'private' ? 'private' : 'public',
        slowModeSeconds: Number(slow),
        retentionDays: kept === FOREVER ? null : Number(kept),
      },
    }),
  );
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if ((await run({ name: String(form.get('name')), topic: String(form.get('topic')) })) === undefined) return;
    toast({ text: t('saved') });
    onClose();
    await queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/rooms') });
  };
  // What is set stays on offer, also where it is none of the usual ones.
  const slowModes = [...new Set([...SLOW_MODES, room.slowModeSeconds])].sort((a, b) => a - b);
  const days = [...new Set([...KEPT_DAYS, ...(room.retentionDays === null ? [] : [room.retentionDays])])].sort((a, b) => a - b);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('rooms.edit')}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Complaint problem={problem} />
        <TextField label={t('column.name')} name="name" required maxLength={80} defaultValue={room.name} error={problem?.field('name')} />
        <TextField label={t('rooms.topic')} name="topic" maxLength={300} defaultValue={room.topic} error={problem?.field('topic')} />
        <SelectField
          label={t('rooms.visibility')}
          value={visibility}
          options={[
            { value: 'public', label: t('rooms.public_long') },
            { value: 'private', label: t('rooms.private_long') },
          ]}
          onChange={setVisibility}
          error={problem?.field('visibility')}
        />
        <div className={styles.pair}>
          <SelectField
            label={t('column.slow_mode')}
            value={slow}
            options={slowModes.map((seconds) => ({ value: String(seconds), label: slowMode(seconds) }))}
            onChange={setSlow}
            error={problem?.field('slowModeSeconds')}
          />
          <SelectField
            label={t('rooms.kept')}
            value={kept}
            options={[
              { value: FOREVER, label: t('rooms.forever') },
              ...days.map((count) => ({ value: String(count), label: t('duration.days', { count }) })),
            ]}
            onChange={setKept}
            error={problem?.field('retentionDays')}
          />
        </div>
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
