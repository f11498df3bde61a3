import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { SelectField } from '../../../ui/select.tsx';
import { toast } from '../../../ui/toast.ts';
import { roomsStore } from '../browser/rooms-store.ts';
import { useRoom } from '../browser/use-room.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './settings.module.css';

const SLOW = [0, 5, 10, 30, 60, 300, 900, 3_600];
const KEPT = [null, 7, 30, 90, 365];
/** The choices, and what the room has when that is none of them. */
const choices = <Value,>(offered: readonly Value[], held: Value): Value[] => (offered.includes(held) ? [...offered] : [...offered, held]);

/** Name, topic, who sees it, how fast it goes, how long it is kept; and its end. */
export default function GeneralSettings({ onClose }: { onClose: () => void }) {
  const { t } = useMoreWords();
  const { open, roomId } = useRoomUi();
  const room = useRoom(open, (model) => model.room);
  const [visibility, setVisibility] = useState(room.visibility === 'public' ? ('public' as const) : ('private' as const));
  const [slow, setSlow] = useState(String(room.slowModeSeconds));
  const [kept, setKept] = useState(String(room.retentionDays ?? 'ever'));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();

  const slowWords = (seconds: number) =>
    seconds === 0
      ? t('settings.slow_off')
      : seconds < 60
        ? t('settings.seconds', { count: seconds })
        : t('settings.minutes', { count: Math.round(seconds / 60) });
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(undefined);
    try {
      const saved = await api('PATCH /api/v1/rooms/:roomId', {
        params: { roomId },
        body: {
          name: String(form.get('name')).trim(),
          topic: String(form.get('topic')).trim(),
          ...(room.visibility !== 'attached' && { visibility }),
          slowModeSeconds: Number(slow),
          retentionDays: kept === 'ever' ? null : Number(kept),
        },
      });
      open.store.update({ room: saved });
      roomsStore().change(roomId, () => saved);
      toast({ text: t('settings.saved') });
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <form className={styles.form} onSubmit={(event) => void save(event)}>
        <TextField label={t('create.name')} name="name" defaultValue={room.name} maxLength={80} required error={problem?.field('name')} />
        <TextField
          label={t('create.topic')}
          name="topic"
          defaultValue={room.topic}
          maxLength={300}
          help={t('create.topic_help')}
          error={problem?.field('topic')}
        />
        {room.visibility !== 'attached' && (
          <div className="field">
            <span className="label">{t('create.who')}</span>
            <span>
              <Segments
                label={t('create.who')}
                value={visibility}
                options={[
                  { value: 'public', label: t('create.public') },
                  { value: 'private', label: t('create.private') },
                ]}
                onChange={setVisibility}
              />
            </span>
            <span className="help">{t(`create.${visibility}_help`)}</span>
          </div>
        )}
        <div className={styles.pair}>
          <SelectField
            label={t('settings.slow')}
            help={t('settings.slow_help')}
            value={slow}
            options={choices(SLOW, room.slowModeSeconds).map((seconds) => ({ value: String(seconds), label: slowWords(seconds) }))}
            onChange={setSlow}
          />
          <SelectField
            label={t('settings.kept')}
            help={t('settings.kept_help')}
            value={kept}
            options={choices<number | null>(KEPT, room.retentionDays).map((days) => ({
              value: String(days ?? 'ever'),
              label: days === null ? t('settings.kept_ever') : t('settings.days', { count: days }),
            }))}
            onChange={setKept}
          />
        </div>
        {problem && problem.document.fields.length === 0 && (
          <p className={styles.problem} role="alert">
            {problem.document.message || t('failed')}
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
      <DeleteRoom name={room.name} />
    </>
  );
}

/** Everything said goes with it: its name is written out first. */
function DeleteRoom({ name }: { name: string }) {
  const { t } = useMoreWords();
  const { roomId } = useRoomUi();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const [written, setWritten] = useState('');
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await api('DELETE /api/v1/rooms/:roomId', { params: { roomId } });
      await navigate('/rooms');
      void roomsStore().read();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
      setBusy(false);
    }
  };
  return (
    <section className={styles.danger}>
      <h3>{t('settings.delete')}</h3>
      <p className="mut">{t('settings.delete_text')}</p>
      {asked ? (
        <div className={styles.confirm}>
          <TextField
            label={t('settings.delete_name', { name })}
            value={written}
            autoComplete="off"
            onChange={(event) => setWritten(event.target.value)}
          />
          <Button kind="danger" busy={busy} disabled={written.trim() !== name} onClick={() => void remove()}>
            {t('settings.delete_do')}
          </Button>
        </div>
      ) : (
        <Button onClick={() => setAsked(true)}>{t('settings.delete')}</Button>
      )}
    </section>
  );
}
