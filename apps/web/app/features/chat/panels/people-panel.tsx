import type { Person } from '@madang/chat/contract';
import { useMemo, useRef } from 'react';
import { useFormat } from '../../../i18n/format.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Skeleton } from '../../../ui/surfaces.tsx';
import { useRoom } from '../browser/use-room.ts';
import { peopleSeen } from '../engine/room-state.ts';
import { isPicture } from '../message/message-files.tsx';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './panels.module.css';
import { useMembers } from './use-members.ts';

const FILES_SHOWN = 6;
type Group = 'teachers' | 'students' | 'parents' | 'guests';
const GROUPS: readonly Group[] = ['teachers', 'students', 'parents', 'guests'];

function groupOf({ guest, role }: Person): Group {
  if (guest) return 'guests';
  return role === 'student' ? 'students' : role === 'parent' ? 'parents' : 'teachers';
}

interface Shown {
  readonly person: Person;
  readonly online: boolean | undefined;
}

/** Who is in the room, by what they are, those present first; and the files that were talked about lately. */
export default function PeoplePanel(_: { onDone: () => void }) {
  const { t } = useMoreWords();
  const format = useFormat();
  const { open, me } = useRoomUi();
  const messages = useRoom(open, ({ state }) => state.timeline.messages);
  const count = useRoom(open, ({ room }) => room.members);
  const { members, problem, more, busy, readMore, readAgain } = useMembers();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the people of the messages held
  const people = useMemo((): readonly Shown[] => {
    if (members !== undefined) return members;
    // Who reads without a name is not told who is a member: only who has spoken.
    return me === undefined ? [...peopleSeen(open.store.get().state).values()].map((person) => ({ person, online: undefined })) : [];
  }, [members, messages, me]);
  const files = useMemo(
    () =>
      [...messages.values()]
        .sort((a, b) => b.seq - a.seq)
        .flatMap(({ files: held, seq }) => held.map((file) => ({ file, seq })))
        .slice(0, FILES_SHOWN),
    [messages],
  );
  return (
    <>
      <header className={styles.head}>
        <h2 className="grow">{t('people.title')}</h2>
        <span className="t13 dim num">{format.number(count)}</span>
      </header>
      <div className={styles.body}>
        {problem !== undefined ? (
          <ErrorState title={t('people.failed')} problem={problem} onRetry={readAgain} />
        ) : members === undefined && me !== undefined ? (
          Array.from({ length: 6 }, (_, at) => <Skeleton key={String(at)} height={28} style={{ margin: '6px 16px' }} />)
        ) : (
          GROUPS.map((group) => <PeopleGroup key={group} group={group} people={people.filter(({ person }) => groupOf(person) === group)} />)
        )}
        {more && (
          <Button kind="quiet" size="s" busy={busy} onClick={readMore} style={{ margin: '4px 16px' }}>
            {t('people.more')}
          </Button>
        )}
        {files.length > 0 && (
          <>
            <h3 className={styles.label}>{t('people.files')}</h3>
            <ul className={styles.files}>
              {files.map(({ file, seq }) => (
                <FileRow key={`${seq}-${file.fileId}`} name={file.name} bytes={file.bytes} picture={isPicture(file)} seq={seq} />
              ))}
            </ul>
          </>
        )}
      </div>
    </>
  );
}

function PeopleGroup({ group, people }: { group: Group; people: readonly Shown[] }) {
  const { t } = useMoreWords();
  if (people.length === 0) return null;
  const sorted = people.toSorted(
    (a, b) => Number(b.online ?? false) - Number(a.online ?? false) || a.person.name.localeCompare(b.person.name),
  );
  return (
    <>
      <h3 className={styles.label}>{t(`people.${group}`, { count: people.length })}</h3>
      <ul>
        {sorted.map(({ person, online }) => (
          <PersonRow key={person.id} person={person} online={online} />
        ))}
      </ul>
    </>
  );
}

function PersonRow({ person, online }: Shown) {
  const { t } = useMoreWords();
  const { open, me, float } = useRoomUi();
  const typing = useRoom(open, ({ state }) => state.typing.has(person.id));
  const row = useRef<HTMLButtonElement>(null);
  const name = person.name || t('person.left');
  return (
    <li>
      <button
        ref={row}
        type="button"
        className={styles.person}
        aria-haspopup="menu"
        onClick={() => float({ kind: 'person', person, anchor: row })}
      >
        <Avatar
          person={{ ...person, name }}
          size="s"
          presence={online === undefined ? undefined : online || typing ? 'online' : 'offline'}
        />
        <span className="col grow">
          <span className={`trunc ${styles.name}`}>
            {name} {person.id === me && <span className="dim">{t('people.you')}</span>}
          </span>
          {typing && <span className="t12 dim">{t('people.typing')}</span>}
        </span>
      </button>
    </li>
  );
}

function FileRow({ name, bytes, picture, seq }: { name: string; bytes: number; picture: boolean; seq: number }) {
  const format = useFormat();
  const { jump } = useRoomUi();
  return (
    <li>
      <button type="button" className={styles.person} onClick={() => jump(seq)}>
        <span className={styles.sign}>
          <Icon name={picture ? 'image' : 'file'} size="s" />
        </span>
        <span className="col grow">
          <span className="t13 trunc">{name}</span>
          <span className="t12 dim num">{format.bytes(bytes)}</span>
        </span>
      </button>
    </li>
  );
}
