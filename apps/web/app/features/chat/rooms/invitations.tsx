import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { toast } from '../../../ui/toast.ts';
import { roomsStore } from '../browser/rooms-store.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './rooms.module.css';

/** Rooms someone asked the person into. */
export default function Invitations() {
  const { t } = useMoreWords();
  const navigate = useNavigate();
  const invitations = useEndpoint('GET /api/v1/invitations');
  const [busy, setBusy] = useState<string>();
  const items = invitations.data?.items ?? [];
  if (items.length === 0) return null;
  const accept = async (id: string) => {
    setBusy(id);
    try {
      const room = await api('POST /api/v1/invitations/:token/accept', { params: { token: id } });
      void roomsStore().read();
      await navigate(`/rooms/${room.id}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
      void invitations.refetch();
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <ul className={`card ${styles.invitations}`} aria-label={t('invitation.list')}>
      {items.map(({ id, roomName, by }) => (
        <li key={id}>
          {by ? <Avatar person={by} /> : <Icon name="lock" />}
          <span className="grow">
            {by ? t('invitation.from', { name: by.name, room: roomName }) : t('invitation.to', { room: roomName })}
          </span>
          <Button kind="primary" size="s" busy={busy === id} onClick={() => void accept(id)}>
            {t('invitation.accept')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
