import type { Person } from '@madang/chat/contract';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { roomsStore } from '../browser/rooms-store.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import { PeoplePicker } from './people-picker.tsx';

type Kind = 'public' | 'private' | 'direct';

/** Opens a room for everyone, for some, or for two. */
export default function CreateRoomDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useMoreWords();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Kind>('public');
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const [missing, setMissing] = useState(false);
  const direct = kind === 'direct';

  const create = async (event: FormEvent) => {
    event.preventDefault();
    const lacks = direct ? people.length !== 1 : name.trim() === '';
    setMissing(lacks);
    setProblem(undefined);
    if (lacks) return;
    setBusy(true);
    try {
      const memberIds = people.map(({ id }) => id);
      const room = await api('POST /api/v1/rooms', {
        body: direct ? { visibility: kind, memberIds } : { visibility: kind, name: name.trim(), topic: topic.trim(), memberIds },
      });
      void roomsStore().read();
      onOpenChange(false);
      setName('');
      setTopic('');
      setPeople([]);
      await navigate(`/rooms/${room.id}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('create.title')}>
      <form className="col" style={{ gap: 16 }} noValidate onSubmit={(event) => void create(event)}>
        <div className="field">
          <span>
            <Segments
              label={t('create.who')}
              value={kind}
              options={[
                { value: 'public', label: t('create.public') },
                { value: 'private', label: t('create.private') },
                { value: 'direct', label: t('create.direct') },
              ]}
              onChange={(next) => {
                setKind(next);
                setMissing(false);
                if (next === 'direct') setPeople(people.slice(0, 1));
              }}
            />
          </span>
          <span className="help">{t(`create.${kind}_help`)}</span>
        </div>
        {!direct && (
          <>
            <TextField
              label={t('create.name')}
              value={name}
              maxLength={80}
              error={missing ? t('create.name_missing') : problem?.field('name')}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              label={t('create.topic')}
              help={t('create.topic_help')}
              value={topic}
              maxLength={300}
              onChange={(event) => setTopic(event.target.value)}
            />
          </>
        )}
        {kind !== 'public' && (
          <PeoplePicker
            label={direct ? t('create.with') : t('create.people')}
            chosen={people}
            error={direct && missing ? t('create.person_missing') : undefined}
            onChoose={(person) => setPeople(direct ? [person] : [...people, person])}
            onRemove={(person) => setPeople(people.filter((one) => one !== person))}
          />
        )}
        {problem && problem.document.fields.length === 0 && (
          <p style={{ color: 'var(--danger)' }} role="alert">
            {problem.document.message || t('failed')}
          </p>
        )}
        <div className="dialog-actions" style={{ marginTop: 4 }}>
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button kind="primary" type="submit" busy={busy}>
            {direct ? t('create.talk') : t('create.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
