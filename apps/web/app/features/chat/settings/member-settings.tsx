import type { Member, RoomRole } from '@madang/chat/contract';
import { useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { IconButton } from '../../../ui/button.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { toast } from '../../../ui/toast.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './settings.module.css';

/** Who is in, and as what. */
export default function MemberSettings() {
  const { t } = useMoreWords();
  const { roomId } = useRoomUi();
  const members = useEndpoint('GET /api/v1/rooms/:roomId/members', { input: { params: { roomId }, query: { limit: 100 } } });
  const [filter, setFilter] = useState('');
  const refetch = () => void members.refetch();
  if (members.isError) return <ErrorState title={t('people.failed')} problem={members.error} onRetry={refetch} />;
  if (members.data === undefined) return <Skeleton height={200} />;
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = members.data.items.filter(({ person }) => person.name.toLocaleLowerCase().includes(wanted));
  return (
    <>
      <input
        className="in"
        type="search"
        aria-label={t('settings.find_member')}
        placeholder={t('settings.find_member')}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <ul className={styles.list}>
        {shown.map((member) => (
          <MemberRow key={member.person.id} member={member} onChanged={refetch} />
        ))}
      </ul>
    </>
  );
}

function MemberRow({ member, onChanged }: { member: Member; onChanged: () => void }) {
  const { t } = useMoreWords();
  const { roomId, me, may } = useRoomUi();
  const { person, role } = member;
  const params = { roomId, userId: person.id };
  const refused = (error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error;
    toast({ text: error.document.message || t('failed'), urgent: true });
  };
  const become = (next: RoomRole) =>
    api('PATCH /api/v1/rooms/:roomId/members/:userId', { params, body: { role: next } }).then(onChanged, refused);
  const remove = () => api('DELETE /api/v1/rooms/:roomId/members/:userId', { params }).then(onChanged, refused);
  const mayChange = person.id !== me && role !== 'owner';
  return (
    <li>
      <Avatar person={person} size="s" presence={member.online ? 'online' : 'offline'} />
      <span className="trunc grow">
        {person.name} {person.id === me && <span className="dim">{t('people.you')}</span>}
      </span>
      {mayChange && may.manage ? (
        <Segments
          small
          label={t('settings.role_of', { name: person.name })}
          value={role}
          options={[
            { value: 'member', label: t('settings.role_member') },
            { value: 'moderator', label: t('settings.role_moderator') },
          ]}
          onChange={(next) => void become(next)}
        />
      ) : (
        <span className="t13 dim">{t(`settings.role_${role}`)}</span>
      )}
      {mayChange && may.moderate && (
        <IconButton icon="close" size="s" label={t('settings.remove', { name: person.name })} onClick={() => void remove()} />
      )}
    </li>
  );
}
